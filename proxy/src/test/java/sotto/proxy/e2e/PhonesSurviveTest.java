package sotto.proxy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIPp as a phone and SIPp as its PBX, with the program between them: the phone registers with a password that only the PBX
 * knows, the program is killed with SIGKILL as soon as the phone has its 200, and started again. The PBX calls the Contact
 * that it was told, and the phone answers.
 */
final class PhonesSurviveTest {
    private static final int PORTS = 320; // API +0, SIP +4, PBX +40, phone +80, media from +120 on
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final int ports = FreePorts.run(PORTS);

    @BeforeEach
    void peersAreThere() {
        Peers.require("sipp", "sip-tester");
    }

    private String configuration() {
        return """
                trunk:
                  address: 127.0.0.9:%1$d
                agents:
                  address: 127.0.0.1:%2$d
                  srtp: forbid
                  phones:
                    sources: 127.0.0.0/8
                    domains: pbx.example
                    srtp: forbid
                gateway:
                  kind: connector
                  url: http://127.0.0.1:%3$d/pay
                sip:
                  udp-port: %4$d
                  tcp-port: %4$d
                media:
                  ports:
                    first: %5$d
                    last: %6$d
                http:
                  port: %7$d
                state:
                  directory: %8$s
                """
                .formatted(
                        ports + 6,
                        ports + 40,
                        ports + 2,
                        ports + 4,
                        ports + 120,
                        ports + PORTS - 1,
                        ports,
                        directory.resolve("sotto").resolve("state"));
    }

    private static final String REGISTER =
            """
            <send retrans="500"><![CDATA[
            REGISTER sip:pbx.example SIP/2.0
            Via: SIP/2.0/[transport] [local_ip]:[local_port];rport;branch=[branch]
            Max-Forwards: 70
            From: <sip:1001@pbx.example>;tag=phone[call_number]
            To: <sip:1001@pbx.example>
            Call-ID: [call_id]
            CSeq: %d REGISTER
            Contact: <sip:1001@[local_ip]:[local_port];line=a1>
            Expires: 600
            %sContent-Length: 0

            ]]></send>
            """;

    private static final String PHONE = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<scenario name=\"phone\">\n"
            + REGISTER.formatted(1, "") + "<recv response=\"401\" auth=\"true\"/>"
            + REGISTER.formatted(2, "[authentication username=1001 password=sesame]\n")
            + """
                    <recv response="200">
                      <action><ereg regexp="line=a1&gt;;expires=300" search_in="hdr" header="Contact:"
                          check_it="true" assign_to="own"/></action>
                    </recv>
                    <Reference variables="own"/>
                    </scenario>
                    """;

    private Sipp phone(String program) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-i", "127.0.0.1", "-p", Integer.toString(ports + 80)));
        arguments.addAll(List.of("-m", "1", "-timeout", "60s", "-auth_uri", "pbx.example", program));
        return Sipp.start(directory, "phone", PHONE, arguments);
    }

    private SottoProcess program() throws IOException, InterruptedException {
        return SottoProcess.run(directory.resolve("sotto"), ports, configuration());
    }

    @Test
    void aPhoneIsReachedAfterAKill() throws Exception {
        Files.createDirectory(directory.resolve("sotto"));
        String program = "127.0.0.1:" + (ports + 4);
        try (SottoProcess first = program();
                Sipp pbx = RegistrarScenario.start(directory, ports + 40);
                Sipp phone = phone(program)) {
            phone.succeeds();
            first.kill();
            pbx.succeeds();
        }
        String token = RegistrarScenario.token(directory);
        try (SottoProcess second = program();
                Sipp phone = Sipp.start(directory, "called", called(), ports + 80, List.of("-m", "1"));
                Sipp pbx = Sipp.start(
                        directory, "calling", calling(), ports + 40, List.of("-m", "1", "-s", token, program))) {
            assertThat(second.json("/v1/registrations").at("/0/record").asText())
                    .isEqualTo("1001@pbx.example");
            assertThat(second.get("/v1/registrations")).doesNotContain(token);
            pbx.succeeds();
            phone.succeeds();
            Wait.until("counted", SOON, () -> second.metric("sotto_phone_bindings{peer=\"agents\",}") == 1);
            assertThat(second.output()).doesNotContain(token, "sesame");
        }
    }

    private static Scenario called() {
        return Scenario.start()
                .expect("INVITE")
                .matches("INVITE sip:1001@127.0.0.1:[0-9]+;line=a1 SIP")
                .answer("sendrecv")
                .expect("ACK")
                .expect("BYE")
                .respond(200, "OK");
    }

    private static Scenario calling() {
        return Scenario.start()
                .invite()
                .mayGet(100, 180)
                .expect(200)
                .ack()
                .bye()
                .expect(200);
    }
}
