package sotto.proxy.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import sotto.proxy.config.HttpSection.MetricsAccess;

/** Who follows a payment in which nothing happens. Runs beside other tests, for it waits most of the time. */
@Execution(ExecutionMode.CONCURRENT)
final class HeartbeatTest {
    @TempDir
    private Path directory;

    /** Each 15 s, so that no proxy on the way takes the stream for dead; nothing else is sent meanwhile. */
    @Test
    void heartbeatKeepsItOpen() throws Exception {
        try (ApiRig rig = new ApiRig(directory, MetricsAccess.TOKEN);
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), rig.port())) {
            String id = rig.startPayment("call-1");
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET /v1/payments/" + id + "/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                                    + rig.token + "\r\n\r\n")
                            .getBytes(US_ASCII));
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            readTo(in, "data: ");
            long startNs = System.nanoTime();
            assertThat(readTo(in, ": heartbeat")).noneMatch(line -> line.startsWith("data: "));
            assertThat(Duration.ofNanos(System.nanoTime() - startNs))
                    .isBetween(Duration.ofSeconds(13), Duration.ofSeconds(17));
            assertThat(rig.post("/v1/payments/" + id + "/extend", "").statusCode())
                    .isEqualTo(200);
            readTo(in, "data: "); // and events still come
        }
    }

    /** Lines up to the first that starts so. */
    private static List<String> readTo(BufferedReader in, String start) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.startsWith(start)) {
                return lines;
            }
            lines.add(line);
        }
        throw new AssertionError("closed before " + start + "; came: " + lines);
    }
}
