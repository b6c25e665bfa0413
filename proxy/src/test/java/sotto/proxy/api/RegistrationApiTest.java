package sotto.proxy.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sotto.proxy.config.HttpSection.MetricsAccess;
import sotto.proxy.location.BindingView;
import sotto.proxy.sip.SipTransport;

/** Registrations of phones over HTTP. */
final class RegistrationApiTest {
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

    @Test
    void registrationsAreListed() throws Exception {
        assertThat(rig.get("/v1/registrations").body()).isEqualTo("[]");
        Instant at = Instant.parse("2026-11-30T12:10:00Z");
        BindingView silent = new BindingView(
                "pbx",
                "1001@pbx.example",
                "sip:1001@192.168.7.5",
                "203.0.113.9:40122",
                SipTransport.UDP,
                true,
                false,
                at,
                Optional.empty());
        rig.bindings = List.of(silent);
        assertThat(rig.get("/v1/registrations").body())
                .isEqualTo("[{\"record\":\"1001@pbx.example\",\"peer\":\"pbx\",\"contact\":\"sip:1001@192.168.7.5\","
                        + "\"received\":\"203.0.113.9:40122\",\"transport\":\"udp\",\"nat\":true,\"outbound\":false,"
                        + "\"expires\":\"2026-11-30T12:10:00Z\"}]");
    }
}
