package sotto.proxy.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sotto.proxy.config.HttpSection;
import sotto.proxy.config.HttpSection.MetricsAccess;

/** {@code /health} and {@code /ready} tell what the program says of itself, without a token. */
final class ProbesTest {
    @TempDir
    Path directory;

    @Test
    void aDeadPartIsToldApartFromADrain() throws Exception {
        AtomicBoolean works = new AtomicBoolean(true);
        AtomicBoolean ready = new AtomicBoolean(true);
        HttpApi.Probes probes = new HttpApi.Probes() {
            @Override
            public boolean isReady() {
                return ready.get();
            }

            @Override
            public boolean works() {
                return works.get();
            }
        };
        HttpSection section = new HttpSection("127.0.0.1", 0, MetricsAccess.LOOPBACK);
        try (ApiRig rig = new ApiRig(directory, MetricsAccess.LOOPBACK);
                HttpApi api = HttpApi.start(section, rig.reach(), rig.metrics, probes)) {
            assertThat(status(api, "/health")).isEqualTo(200);
            assertThat(status(api, "/ready")).isEqualTo(200);
            ready.set(false);
            assertThat(status(api, "/health")).isEqualTo(200);
            assertThat(status(api, "/ready")).isEqualTo(503);
            works.set(false);
            assertThat(status(api, "/health")).isEqualTo(503);
        }
    }

    private static int status(HttpApi api, String path) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }
}
