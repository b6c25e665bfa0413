package sotto.proxy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A softphone of others with DTLS-SRTP, ICE and rtcp-mux as the agent's: the same stack of media as a browser's phone, by
 * other hands.
 *
 * <pre>
 *  caller              Sotto                      agent's phone
 *    | INVITE, RTP/AVP   |  INVITE, UDP/TLS ...       |    or the other way round
 *    |                   | <------- binding request - |    ICE: it is the full agent, we are the lite one
 *    |                   | <-------------- DTLS ----- |    or we begin
 *    | RTP               |  SRTP                      |
 *    | key 7             |  passed                    | hears 7
 *    | secure-pay, key 4 |  kept                      |
 *    |                   | <------ INVITE, sendonly - |    hold, and back: the association stays
 *    | key 9             |  passed                    | hears 9
 * </pre>
 */
final class DtlsPhoneTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    @BeforeEach
    void peersAreThere() throws IOException {
        Peers.require("baresip", "baresip");
        boolean hasAddress = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .anyMatch(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress());
        Assumptions.assumeTrue(hasAddress, "baresip has no ICE candidate on a machine that has loopback alone");
    }

    @ParameterizedTest
    @ValueSource(strings = {"the caller", "the agent"})
    void carriesACallToTheAgent(String whoCalls) throws Exception {
        try (Program program = Program.start(directory, "dtls");
                Baresip agent = phone("agent", program.agentPort(), "dtls_srtp", 620);
                Baresip caller = phone("caller", program.trunkPort(), "", 1040)) {
            SottoProcess sotto = program.sotto();
            Baresip calls = whoCalls.equals("the caller") ? caller : agent;
            String called = calls == caller ? "agent" : "caller";
            calls.command("dial", "sip:" + called + "@127.0.0.1:" + program.sipPort());
            Wait.until(
                    "keys of the agent's leg; " + sotto.output() + agent.log(),
                    SOON,
                    () -> agentLeg(sotto).path("keying").asText().equals("dtls"));
            String suite = agentLeg(sotto).path("srtp").asText();
            assertThat(suite).matches("AEAD_AES_(128|256)_GCM|AES_CM_128_HMAC_SHA1_80");

            caller.pressUntilHeard("7", agent);
            agent.pressUntilHeard("5", caller);
            keepsAKeyFromTheAgent(sotto, caller, agent);
            changes(agent, "hold", caller);
            changes(agent, "resume", caller);
            caller.pressUntilHeard("9", agent);
            assertThat(agent.keysHeard()).containsOnly("7", "9");
            assertThat(agentLeg(sotto).path("keying").asText()).isEqualTo("dtls");

            calls.command("hangup", "");
            Wait.until("call over", SOON, () -> sotto.output().contains("call ended"));
            assertThat(sotto.metric("sotto_legs_total{side=\"agent\",keying=\"dtls\",srtp=\"" + suite + "\",}"))
                    .isEqualTo(1);
            assertThat(sotto.metric("sotto_legs_total{side=\"caller\",keying=\"none\",srtp=\"none\",}"))
                    .isEqualTo(1);
        }
    }

    private Baresip phone(String name, int ports, String encryption, double toneHz) throws IOException {
        Path tone = ToneFile.write(directory.resolve(name + ".wav"), toneHz, 120);
        return Baresip.start(Files.createDirectory(directory.resolve(name)), ports, encryption, tone);
    }

    private static JsonNode agentLeg(SottoProcess sotto) throws Exception {
        return sotto.json("/v1/calls").at("/0/legs/1");
    }

    /** A command that makes a re-INVITE, which comes to the other side. */
    private static void changes(Baresip phone, String command, Baresip other) throws IOException {
        int before = reInvites(other);
        phone.command(command, "");
        Wait.until(command + " to get across; " + phone.log(), SOON, () -> reInvites(other) > before);
    }

    private static int reInvites(Baresip phone) {
        return phone.log().split("got re-INVITE", -1).length - 1;
    }

    /** The mask is behind SRTP, whatever keyed that. */
    private static void keepsAKeyFromTheAgent(SottoProcess sotto, Baresip caller, Baresip agent) throws Exception {
        String call = sotto.json("/v1/calls").at("/0/id").asText();
        String path = sotto.startPayment(call);
        int heard = agent.keysHeard().size();
        caller.command("sndcode", "4");
        Wait.until(
                "digit kept; " + path,
                SOON,
                () -> sotto.json(path).at("/fields/0/digits").asInt() == 1);
        sotto.post(path + "/cancel", "");
        sotto.post(path + "/hand-back", "");
        Wait.until("mask off; " + sotto.get(path), SOON, () -> !sotto.json("/v1/calls")
                .at("/0/securePay")
                .asBoolean());
        assertThat(agent.keysHeard()).hasSize(heard);
    }
}
