package sotto.proxy.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real browser as the agent's phone, with the beeps of its fake microphone; its SIP is spoken by the test.
 *
 * <pre>
 *  softphone           Sotto                      Chromium
 *    | <- INVITE, RTP/AVP| <- INVITE, audio, video -- |
 *    | 200 ------------> | 200, ice-lite, video 0 --> |
 *    |                   | <-------- ICE, then DTLS - |
 *    | tone, RTP ------> | ------------- tone, SRTP > |
 *    | <- beeps, RTP --- | <------------ beeps, SRTP- |
 *    |                   | <- INVITE, sendonly ------ |  hold, and back
 *    |                   | <- INVITE, other ufrag --- |  ICE restart
 * </pre>
 */
final class ChromiumTest {
    /** One WebRTC call, whose offers go out by the test's SIP. */
    private static final String SCRIPT =
            """
            <script>
            const pc = new RTCPeerConnection({bundlePolicy: 'max-bundle'});
            pc.ontrack = e => {
              const audio = new Audio();
              audio.srcObject = new MediaStream([e.track]);
              audio.play();
            };
            async function offer() {
              await pc.setLocalDescription(await pc.createOffer());
              await new Promise(done => {
                const check = () => pc.iceGatheringState === 'complete' && done();
                pc.onicegatheringstatechange = check;
                check();
              });
              await pc.setRemoteDescription({type: 'answer', sdp: await post('/offer', pc.localDescription.sdp)});
            }
            async function stats() {
              const found = {dtls: 'none', energy: 0};
              for (const s of (await pc.getStats()).values()) {
                if (s.type === 'transport') found.dtls = s.dtlsState;
                if (s.type === 'inbound-rtp' && s.kind === 'audio') found.energy = s.totalAudioEnergy;
              }
              return found;
            }
            obey({
              begin: async () => {
                const mic = await navigator.mediaDevices.getUserMedia({audio: true});
                pc.addTrack(mic.getTracks()[0], mic);
                pc.addTransceiver('video');
              },
              offer: offer,
              hold: () => { pc.getTransceivers()[0].direction = 'sendonly'; return offer(); },
              resume: () => { pc.getTransceivers()[0].direction = 'sendrecv'; return offer(); },
              key: async () => pc.getSenders()[0].dtmf.insertDTMF('5'),
              restart: () => { pc.restartIce(); return offer(); }
            }, stats);
            </script>
            """;

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @BeforeEach
    void peersAreThere() {
        Peers.require("chromium", "chromium");
        Peers.require("baresip", "baresip");
    }

    @Test
    void talksToABrowser() throws Exception {
        Path tone = ToneFile.write(directory.resolve("tone.wav"), 1040, 120);
        try (Program program = Program.start(directory, "either");
                Baresip phone = Baresip.start(
                        Files.createDirectory(directory.resolve("agent")), program.trunkPort(), "", tone);
                RawSip sip = new RawSip("127.0.0.1", program.agentPort(), program.sipPort());
                BrowserPage page = new BrowserPage(directory, 0, SCRIPT, new Offers(sip))) {
            SottoProcess sotto = program.sotto();
            page.tell("offer");
            Wait.until(
                    "DTLS; " + page.directory(), SOON, () -> page.stats("dtls").equals("connected"));
            Wait.until(
                    "keys",
                    SOON,
                    () -> browserLeg(sotto).path("keying").asText().equals("dtls"));
            assertThat(browserLeg(sotto).path("srtp").asText()).matches("AEAD_AES_128_GCM|AES_CM_128_HMAC_SHA1_80");
            Wait.until("beeps at the softphone", SOON, () -> loud(phone) > 1_000);
            hears(page, phone, "after the call began");

            page.tell("hold");
            page.tell("resume");
            hears(page, phone, "after hold");

            page.tell("restart");
            hears(page, phone, "after an ICE restart");
            assertThat(page.stats("dtls")).isEqualTo("connected");
        }
    }

    private static JsonNode browserLeg(SottoProcess sotto) throws Exception {
        return sotto.json("/v1/calls").at("/0/legs/1");
    }

    /** The tone comes to the browser, and a key of it to the softphone. */
    private static void hears(BrowserPage page, Baresip phone, String when) {
        double energy = page.number("energy");
        Wait.until(when + ": tone in the browser", SOON, () -> page.number("energy") > energy + 0.001);
        int keys = phone.keysHeard().size();
        page.tell("key");
        Wait.until(
                when + ": key at the softphone", SOON, () -> phone.keysHeard().size() > keys);
    }

    /** Samples above half a beep, of what it heard so far; it writes until the first hold. */
    private static long loud(Baresip phone) throws IOException {
        long loud = 0;
        for (Path file : phone.heard()) {
            byte[] wav = Files.readAllBytes(file);
            for (int i = 44; i + 1 < wav.length; i += 2) {
                loud += Math.abs((short) ((wav[i] & 0xFF) | (wav[i + 1] << 8))) > 1_500 ? 1 : 0;
            }
        }
        return loud;
    }

    /** Sends the page's offers, in a new call or in the one that is; the SDP of the 200 goes back. */
    private static final class Offers implements BrowserPage.Files {
        private final RawSip sip;
        private final AtomicInteger cseq = new AtomicInteger();
        private volatile String ok = ""; // of its call

        Offers(RawSip sip) {
            this.sip = sip;
        }

        @Override
        public byte[] answer(String path, String offer) throws IOException {
            if (!path.equals("/offer")) {
                throw new NoSuchFileException(path);
            }
            String lines = offer.replace("\r\n", "\n");
            int number = cseq.incrementAndGet();
            String response = sip.finalOf(number == 1 ? sip.invite(lines) : sip.invite(ok, number, lines));
            if (!response.startsWith("SIP/2.0 200 ")) {
                throw new IllegalStateException(response);
            }
            ok = response;
            sip.ack(ok);
            return response.substring(response.indexOf("\r\n\r\n") + 4).getBytes(UTF_8);
        }
    }
}
