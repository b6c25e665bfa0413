package sotto.proxy.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.pci.psp.Certificates;

/**
 * A desk phone or DECT base with nothing in clear: it registers over TLS, and has its calls along that connection, with SRTP.
 *
 * <pre>
 *  phone, TLS           Sotto                 PBX, UDP
 *    | REGISTER           | REGISTER             |     the password is the PBX's; nobody else has it
 *    |                    | <----- INVITE, RTP - |     to the Contact that the PBX was told
 *    | <---- INVITE, SAVP |                      |     along the phone's own connection: there is no other way
 *    | SRTP               | RTP                  |
 *    | INVITE, SAVP       | INVITE, RTP          |     the other way round
 * </pre>
 */
final class TlsPhoneTest {
    private static final int PORTS = 320; // API +0, SIP +4, TLS +5, PBX +40, phone +80, media from +120 on
    private static final String INSIDE = "127.0.0.2";
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final int ports = FreePorts.run(PORTS);

    @BeforeEach
    void peersAreThere() {
        Peers.require("baresip", "baresip");
        Peers.require("sipp", "sip-tester");
    }

    private String configuration(String host, Path ours) throws Exception {
        Path password = Certificates.passwordFile(directory);
        boolean realms = host.equals(INSIDE);
        String where = realms ? "realm: inside" : "";
        return (realms ? realms() : "")
                + """
                trunk: {address: "127.0.0.9:%1$d", %2$s}
                agents:
                  address: 127.0.0.1:%3$d
                  %4$s
                  srtp: forbid
                  phones: {sources: 127.0.0.0/8, domains: pbx.example, srtp: require}
                gateway: {kind: connector, url: "http://127.0.0.1:%5$d/pay"}
                sip:
                  %6$s
                  tls: {%7$s key-store: %8$s, password-file: %9$s, trust-store: %10$s, require-client-certificate: false}
                %11$s
                http: {port: %5$d}
                state: {directory: %12$s}
                """
                        .formatted(
                                ports + 6,
                                realms ? "realm: outside" : "",
                                ports + 40,
                                where,
                                ports,
                                realms ? "" : "udp-port: %1$d\n  tcp-port: %1$d".formatted(ports + 4),
                                realms ? "" : "port: " + (ports + 5) + ",",
                                ours,
                                password,
                                Certificates.trustStore(directory, ours),
                                realms ? "" : "media: " + range(120, PORTS - 1),
                                directory.resolve("sotto").resolve("state"));
    }

    /** Two networks, with the same ports in each. */
    private String realms() {
        return """
                realms:
                  inside: {bind: %1$s, udp-port: %2$d, tcp-port: %2$d, tls-port: %3$d, media: %4$s}
                  outside: {bind: 127.0.0.3, udp-port: %2$d, tcp-port: %2$d, tls-port: %3$d, media: %4$s}
                """
                .formatted(INSIDE, ports + 4, ports + 5, range(120, PORTS - 1));
    }

    private String range(int first, int last) {
        return "{ports: {first: %d, last: %d}}".formatted(ports + first, ports + last);
    }

    /** The certificate of a key store, as phones take it. */
    private static Path pem(Path store) throws Exception {
        byte[] certificate = Certificates.of(store).getEncoded();
        String text = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(certificate);
        return Files.writeString(
                store.resolveSibling("ours.pem"),
                "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n");
    }

    private Path tone(String name, double hz) throws IOException {
        return ToneFile.write(directory.resolve(name + ".wav"), hz, 120);
    }

    @ParameterizedTest(name = "by our address {0}")
    @ValueSource(strings = {"127.0.0.1", INSIDE})
    void isCalledAndCallsAlongItsOwnConnection(String host) throws Exception {
        Path ours = Certificates.keyStore(directory, "ours", "ip:" + host);
        try (SottoProcess sotto =
                SottoProcess.run(Files.createDirectory(directory.resolve("sotto")), ports, configuration(host, ours))) {
            try (Sipp registrar = RegistrarScenario.start(directory, ports + 40);
                    Baresip phone = Baresip.registering(
                            Files.createDirectory(directory.resolve("phone")),
                            ports + 80,
                            host + ":" + (ports + 5),
                            pem(ours),
                            tone("phone", 620))) {
                registrar.succeeds();
                try (Baresip pbx = Baresip.start(
                        Files.createDirectory(directory.resolve("pbx")), ports + 40, "", tone("pbx", 1040))) {
                    calls(sotto, pbx, RegistrarScenario.token(directory) + "@" + host + ":" + (ports + 4), phone);
                    calls(sotto, phone, "pbx@pbx.example", pbx);
                }
            }
            assertThat(sotto.output()).doesNotContain("sesame");
        }
    }

    private static void calls(SottoProcess sotto, Baresip caller, String uri, Baresip called) throws Exception {
        int before = called.keysHeard().size();
        caller.command("dial", "sip:" + uri);
        Wait.until("the call; " + sotto.output() + caller.log(), SOON, () -> hasPhoneLeg(sotto));
        caller.pressUntilHeard("7", called);
        called.pressUntilHeard("5", caller);
        assertThat(called.keysHeard()).hasSizeGreaterThan(before);
        caller.command("hangup", "");
        Wait.until("call over", SOON, () -> sotto.json("/v1/calls").isEmpty());
    }

    /** One leg with everything encrypted; the other is the PBX's. */
    private static boolean hasPhoneLeg(SottoProcess sotto) throws Exception {
        for (JsonNode leg : sotto.json("/v1/calls").at("/0/legs")) {
            if (leg.path("transport").asText().equalsIgnoreCase("tls")) {
                return leg.path("srtp").asText().startsWith("AE")
                        && leg.path("keying").asText().equals("sdes");
            }
        }
        return false;
    }
}
