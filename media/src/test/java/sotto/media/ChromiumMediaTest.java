package sotto.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sotto.media.dtls.DtlsPlan;
import sotto.media.dtls.Fingerprint;
import sotto.media.ice.IceCredentials;
import sotto.media.ice.IcePlan;
import sotto.media.packet.Side;
import sotto.media.worker.MediaSecurity;
import sotto.media.worker.Transport;

/**
 * Media alone against a real browser with fake audio: it offers, the page hands its SDP to the test, and the leg answers in
 * either DTLS role.
 */
@Timeout(120)
final class ChromiumMediaTest {
    private static final String PAGE =
            """
        <script>
        (async () => {
          const pc = new RTCPeerConnection({bundlePolicy: 'max-bundle'});
          const audio = await navigator.mediaDevices.getUserMedia({audio: true});
          pc.addTrack(audio.getTracks()[0], audio);
          await pc.setLocalDescription(await pc.createOffer());
          const answer = await fetch('/offer', {method: 'POST', body: pc.localDescription.sdp});
          await pc.setRemoteDescription({type: 'answer', sdp: await answer.text()});
          setInterval(async () => {
            let received = 0;
            (await pc.getStats()).forEach(s => { if (s.type === 'inbound-rtp') received = s.packetsReceived; });
            const dtls = pc.getSenders()[0].transport.state;
            fetch('/state', {method: 'POST', body: pc.connectionState + ' ' + dtls + ' received=' + received});
          }, 100);
        })().catch(e => fetch('/state', {method: 'POST', body: 'error ' + e}));
        </script>
        """;

    private final MediaPlane plane = Bench.plane();
    private final IceCredentials own = IceCredentials.create(new SecureRandom());
    private final BlockingQueue<String> states = new LinkedBlockingQueue<>();
    private final Peer caller;
    private final HttpServer page;

    @TempDir
    private Path profile;

    @SuppressWarnings("NullAway.Init") // JUnit sets the directory
    ChromiumMediaTest() throws IOException {
        caller = new Peer();
        page = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @AfterEach
    void close() {
        page.stop(0);
        plane.close();
        caller.close();
        own.close();
    }

    private static void answer(HttpExchange exchange, String type, String body) throws IOException {
        byte[] octets = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, octets.length);
        exchange.getResponseBody().write(octets);
        exchange.close();
    }

    private static String body(HttpExchange exchange) throws IOException {
        return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String value(String sdp, String attribute) {
        Matcher found = Pattern.compile("a=" + attribute + ":(.+?)\\r?\\n").matcher(sdp);
        assertThat(found.find()).as(sdp).isTrue();
        return found.group(1);
    }

    private String settle(CallMedia call, String offer, boolean active) {
        DtlsPlan dtls =
                new DtlsPlan(plane.dtlsIdentity(), active, List.of(Fingerprint.parse(value(offer, "fingerprint"))));
        IcePlan ice = new IcePlan(own.copy(), value(offer, "ice-ufrag"));
        call.connect(
                Side.AGENT,
                Bench.plain(caller.address()).over(new Transport(Optional.of(dtls), Optional.of(ice), true)));
        return String.join(
                "\r\n",
                "v=0",
                "o=- 1 1 IN IP4 127.0.0.1",
                "s=-",
                "t=0 0",
                "a=ice-lite",
                "a=group:BUNDLE " + value(offer, "mid"),
                "m=audio " + call.port(Side.AGENT) + " UDP/TLS/RTP/SAVPF 0",
                "c=IN IP4 127.0.0.1",
                "a=mid:" + value(offer, "mid"),
                "a=rtcp-mux",
                "a=sendrecv",
                "a=rtpmap:0 PCMU/8000",
                "a=ice-ufrag:" + own.ufrag(),
                "a=ice-pwd:" + new String(own.password(), StandardCharsets.US_ASCII),
                "a=fingerprint:" + plane.dtlsIdentity().fingerprint().text(),
                "a=setup:" + (active ? "active" : "passive"),
                "a=candidate:1 1 udp 2130706431 127.0.0.1 " + call.port(Side.AGENT) + " typ host",
                "a=end-of-candidates",
                "");
    }

    private Process browse() throws IOException {
        return new ProcessBuilder(
                        "chromium",
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-background-networking",
                        "--use-fake-device-for-media-stream",
                        "--use-fake-ui-for-media-stream",
                        "--allow-loopback-in-peer-connection",
                        "--user-data-dir=" + profile,
                        "http://127.0.0.1:" + page.getAddress().getPort() + "/")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static boolean isThere() {
        try {
            return new ProcessBuilder("chromium", "--version").start().waitFor() == 0;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    private String until(String pattern) throws InterruptedException {
        String state = "none";
        for (int i = 0; i < 300; i++) {
            String next = states.poll(30, TimeUnit.SECONDS);
            if (next == null) {
                break;
            }
            state = next;
            if (state.matches(pattern)) {
                return state;
            }
        }
        throw new AssertionError("the browser is still not " + pattern + " but " + state);
    }

    @ParameterizedTest(name = "we are active: {0}")
    @ValueSource(booleans = {false, true})
    void talksWithABrowser(boolean active) throws Exception {
        assumeTrue(isThere(), "chromium is not installed");
        CallMedia call = plane.open("browser");
        call.connect(Side.CALLER, Bench.plain(caller.address()));
        page.createContext("/", exchange -> answer(exchange, "text/html", PAGE));
        page.createContext(
                "/offer", exchange -> answer(exchange, "application/sdp", settle(call, body(exchange), active)));
        page.createContext("/state", exchange -> {
            states.add(body(exchange));
            answer(exchange, "text/plain", "");
        });
        page.start();
        Process browser = browse();
        try {
            until("connected connected .*");
            Until.holds(
                    "keyed",
                    () -> call.report(Side.AGENT).orElseThrow().security().kind() == MediaSecurity.Kind.DTLS);
            for (int i = 0; i < 50; i++) {
                caller.send(call.port(Side.CALLER), Rtp.audio(i, 7));
                assertThat(Rtp.read(caller.receive()).payload()).hasSize(160); // 20 ms of the browser's tone
            }
            until(".* received=[1-9].*");
            call.close();
            until("\\S+ closed .*");
            assertThat(plane.faults()).isZero();
        } finally {
            browser.descendants().forEach(ProcessHandle::destroyForcibly);
            browser.destroyForcibly().waitFor();
        }
    }
}
