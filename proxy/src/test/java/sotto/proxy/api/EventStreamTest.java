package sotto.proxy.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sotto.proxy.config.HttpSection.MetricsAccess;

/** Who follows a payment and goes away. Who does not read is in {@link PaymentApiTest}, who waits in {@link HeartbeatTest}. */
final class EventStreamTest {
    private static final int CLIENTS = 200;
    private static final int OF_OTHER_TESTS = 20; // those that run beside this one

    @TempDir
    private Path directory;

    private ApiRig rig;

    @BeforeEach
    void start() throws IOException {
        rig = new ApiRig(directory, MetricsAccess.TOKEN);
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    /** Clients that closed are let go at once, not at the next event: the payment may last. */
    @Test
    void whoDisconnectsIsForgotten() throws Exception {
        String id = rig.startPayment("call-1");
        List<HttpClient> clients = new ArrayList<>();
        List<Stream<String>> open = new ArrayList<>();
        try {
            for (int i = 0; i < CLIENTS; i++) {
                if (i % 50 == 0) {
                    clients.add(HttpClient.newHttpClient());
                }
                HttpResponse<Stream<String>> response = clients.getLast()
                        .send(
                                rig.request("/v1/payments/" + id + "/events").build(),
                                HttpResponse.BodyHandlers.ofLines());
                assertThat(response.statusCode()).isEqualTo(200); // its first event is out
                open.add(response.body());
            }
            assertThat(liveStreams()).isGreaterThanOrEqualTo(CLIENTS);
        } finally {
            open.forEach(Stream::close);
            clients.forEach(HttpClient::shutdownNow);
        }
        long endNs = System.nanoTime() + ApiRig.PATIENCE.toNanos();
        while (liveStreams() > OF_OTHER_TESTS && System.nanoTime() < endNs) {
            assertThat(rig.get("/v1/payments/" + id).statusCode()).isEqualTo(200); // and the payment is there
        }
        assertThat(liveStreams()).isLessThan(OF_OTHER_TESTS);
        assertThat(rig.post("/v1/payments/" + id + "/cancel", "").statusCode()).isEqualTo(200);
        rig.await(id, "CLOSED");
    }

    /** Streams that something still holds, after a collection: all but those that any follower list has let go. */
    private static long liveStreams() throws JMException {
        Object histogram = ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[] {}},
                        new String[] {String[].class.getName()});
        return histogram
                .toString()
                .lines()
                .filter(line -> line.contains(" " + EventStream.class.getName() + " ")
                        || line.endsWith(" " + EventStream.class.getName()))
                .mapToLong(line -> Long.parseLong(line.strip().split("\\s+")[1]))
                .sum();
    }
}
