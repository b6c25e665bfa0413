package sotto.proxy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.pci.psp.Certificates;

/**
 * The whole of a browser phone, all of it by others: SIP.js in Chromium, which registers over a secure WebSocket, is called
 * and calls, with DTLS-SRTP, ICE and rtcp-mux and the beeps of its fake microphone. The PBX is SIPp, then baresip.
 *
 * <pre>
 *  Chromium, WSS        Sotto                 PBX, UDP
 *    | REGISTER           | REGISTER             |
 *    | <---- INVITE, dtls | <----- INVITE, RTP - |    then hold, and back
 *    | <== tone, beeps ==>| <== tone, beeps ====>|
 *    | key 5              | key 5                |
 *    | INVITE, dtls ----> | INVITE, RTP -------> |
 * </pre>
 */
final class BrowserCallTest {
    private static final int PORTS = 320; // API +0, SIP +4, WSS +8, page +30, PBX +40, media from +120 on
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final Path SIP_JS = Path.of("target", "browser", "node_modules", "sip.js");
    private static final Pattern LIBRARY = Pattern.compile("/sip\\.js/(lib/[\\w/.-]+\\.js)");

    private static final String SCRIPT =
            """
            <script type="module">
            import { Inviter, Registerer, UserAgent } from '/sip.js/lib/index.js';
            const sessionDescriptionHandlerOptions = {constraints: {audio: true, video: false}};
            const audio = new Audio();
            let session;
            function take(taken) {
              session = taken;
              session.stateChange.addListener(state => {
                if (state === 'Established') {
                  audio.srcObject = session.sessionDescriptionHandler.remoteMediaStream;
                  audio.play();
                }
              });
              return session;
            }
            const agent = new UserAgent({
              uri: UserAgent.makeURI('sip:1001@pbx.example'),
              authorizationUsername: '1001',
              authorizationPassword: 'sesame',
              transportOptions: {server: 'wss://{proxy}/sip'},
              delegate: {onInvite: call => take(call).accept({sessionDescriptionHandlerOptions})}
            });
            async function stats() {
              const found = {state: session ? session.state : 'none', dtls: 'none', codec: 'none', energy: 0};
              const pc = session?.sessionDescriptionHandler?.peerConnection;
              const all = pc ? await pc.getStats() : new Map();
              for (const s of all.values()) {
                if (s.type === 'transport') found.dtls = s.dtlsState;
                if (s.type === 'inbound-rtp' && s.kind === 'audio') {
                  found.energy = s.totalAudioEnergy;
                  found.codec = all.get(s.codecId)?.mimeType ?? 'none';
                }
              }
              return found;
            }
            function again(hold) {
              session.sessionDescriptionHandlerOptionsReInvite = {hold};
              return new Promise((done, refused) => session.invite({requestDelegate: {
                onAccept: done,
                onReject: r => refused(new Error('re-INVITE: ' + r.message.statusCode))
              }}));
            }
            obey({
              begin: () => agent.start(),
              register: () => new Promise((done, refused) => new Registerer(agent).register({requestDelegate: {
                onAccept: done,
                onReject: r => refused(new Error('REGISTER: ' + r.message.statusCode))
              }})),
              call: () => take(new Inviter(agent, UserAgent.makeURI('sip:pbx@pbx.example'),
                {sessionDescriptionHandlerOptions})).invite(),
              key: async () => session.sessionDescriptionHandler.sendDtmf('5'),
              hold: () => again(true),
              resume: () => again(false),
              end: () => session.bye()
            }, stats);
            </script>
            """;

    @TempDir
    Path directory;

    private final int ports = FreePorts.run(PORTS);

    @BeforeEach
    void peersAreThere() {
        Peers.require("chromium", "chromium");
        Peers.require("baresip", "baresip");
        Peers.require("sipp", "sip-tester");
        boolean fetched = Files.exists(SIP_JS.resolve("package.json"));
        if (System.getenv("CI") != null) {
            assertThat(fetched).as("SIP.js, which .ci/run fetches").isTrue();
        }
        Assumptions.assumeTrue(fetched, "SIP.js is missing: see src/test/browser and .ci/run");
    }

    private String configuration(Path ours) throws Exception {
        Path password = Certificates.passwordFile(directory);
        return """
                trunk: {address: "127.0.0.9:%1$d"}
                agents:
                  address: 127.0.0.1:%2$d
                  srtp: forbid
                  codecs: PCMA PCMU opus telephone-event
                  phones: {sources: 127.0.0.0/8, domains: pbx.example, srtp: dtls}
                gateway: {kind: connector, url: "http://127.0.0.1:%3$d/pay"}
                sip:
                  udp-port: %4$d
                  tcp-port: %4$d
                  wss-port: %5$d
                  ws: {path: /sip, origins: "http://127.0.0.1:%6$d"}
                  tls: {port: %7$d, key-store: %8$s, password-file: %9$s, trust-store: %10$s}
                media: {ports: {first: %11$d, last: %12$d}}
                http: {port: %3$d}
                state: {directory: %13$s}
                """
                .formatted(
                        ports + 6,
                        ports + 40,
                        ports,
                        ports + 4,
                        ports + 8,
                        ports + 30,
                        ports + 5,
                        ours,
                        password,
                        Certificates.trustStore(directory, ours),
                        ports + 120,
                        ports + PORTS - 1,
                        directory.resolve("sotto").resolve("state"));
    }

    /** The one certificate that this browser takes though no authority of its own vouches for it. */
    private static String trusting(Path store) throws Exception {
        byte[] key = Certificates.of(store).getPublicKey().getEncoded();
        String digest = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
        return "--ignore-certificate-errors-spki-list=" + digest;
    }

    private static byte[] library(String path, String body) throws IOException {
        var file = LIBRARY.matcher(path);
        if (!file.matches()) {
            throw new NoSuchFileException(path);
        }
        return Files.readAllBytes(SIP_JS.resolve(file.group(1)));
    }

    @ParameterizedTest
    @CsvSource({"PCMA, audio/PCMA", "opus/48000/2, audio/opus"})
    void isCalledAndCalls(String codec, String inBrowser) throws Exception {
        Path ours = Certificates.keyStore(directory, "ours", "ip:127.0.0.1");
        Path file = directory.resolve("tone.wav");
        Path tone = codec.startsWith("opus") ? ToneFile.wide(file, 1040, 60) : ToneFile.write(file, 1040, 60);
        Path pbxDirectory = Files.createDirectory(directory.resolve("pbx"));
        try (SottoProcess sotto = SottoProcess.run(
                        Files.createDirectory(directory.resolve("sotto")), ports, configuration(ours));
                Sipp registrar = RegistrarScenario.start(directory, ports + 40);
                BrowserPage page = new BrowserPage(
                        directory,
                        ports + 30,
                        SCRIPT.replace("{proxy}", "127.0.0.1:" + (ports + 8)),
                        BrowserCallTest::library,
                        trusting(ours))) {
            page.tell("register");
            registrar.succeeds();
            String contact = RegistrarScenario.token(directory) + "@127.0.0.1:" + (ports + 4);
            try (Baresip pbx = Baresip.speaking(pbxDirectory, ports + 40, codec, tone)) {
                pbx.command("dial", "sip:" + contact);
                talks(sotto, page, pbx, inBrowser);
                page.tell("hold");
                page.tell("resume");
                talks(sotto, page, pbx, inBrowser);
                pbx.command("hangup", "");
                over(sotto, page);

                page.tell("call");
                talks(sotto, page, pbx, inBrowser);
                page.tell("end");
                over(sotto, page);
            }
            assertThat(sotto.output()).doesNotContain("sesame", "a=fingerprint");
        }
    }

    /** Encrypted, with the tone of the PBX in the browser, and a key of the browser at the PBX. */
    private static void talks(SottoProcess sotto, BrowserPage page, Baresip pbx, String codec) throws Exception {
        Wait.until(
                "DTLS; see " + page.directory(), SOON, () -> page.stats("dtls").equals("connected"));
        double energy = page.number("energy");
        Wait.until("tone in the browser", SOON, () -> page.number("energy") > energy + 0.001);
        assertThat(page.stats("codec")).isEqualTo(codec);
        if (!codec.equals("audio/opus")) { // it has events at 48,000 Hz then, and only those at 8,000 cross
            int keys = pbx.keysHeard().size();
            page.tell("key");
            Wait.until("key at the PBX", SOON, () -> pbx.keysHeard().size() > keys);
        }
        JsonNode legs = sotto.json("/v1/calls").at("/0/legs");
        assertThat(legs.findValuesAsText("codec")).containsOnly(codec.substring("audio/".length()));
        assertThat(legs.findValuesAsText("transport")).containsExactlyInAnyOrder("udp", "wss");
        assertThat(legs.findValuesAsText("keying")).containsExactlyInAnyOrder("none", "dtls");
    }

    private static void over(SottoProcess sotto, BrowserPage page) {
        Wait.until("call over", SOON, () -> sotto.json("/v1/calls").isEmpty());
        Wait.until("and in the browser", SOON, () -> page.stats("state").equals("Terminated"));
    }
}
