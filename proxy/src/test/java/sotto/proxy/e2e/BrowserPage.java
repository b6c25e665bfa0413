package sotto.proxy.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TransferQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A page in a headless Chromium that has one WebRTC call: it does what it is told, and its offers go out by SIP. */
final class BrowserPage implements AutoCloseable {
    private static final String HTML =
            """
            <!DOCTYPE html><title>phone</title><script>
            const post = (path, body) => fetch(path, {method: 'POST', body}).then(r => r.text());
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
              return JSON.stringify(found);
            }
            const does = {
              offer: offer,
              hold: () => { pc.getTransceivers()[0].direction = 'sendonly'; return offer(); },
              resume: () => { pc.getTransceivers()[0].direction = 'sendrecv'; return offer(); },
              key: async () => pc.getSenders()[0].dtmf.insertDTMF('5'),
              restart: () => { pc.restartIce(); return offer(); }
            };
            (async () => {
              try {
                const mic = await navigator.mediaDevices.getUserMedia({audio: true});
                pc.addTrack(mic.getTracks()[0], mic);
                pc.addTransceiver('video');
                while (true) {
                  const todo = await post('/next', await stats());
                  if (todo) { await does[todo](); await post('/done', todo); }
                  await new Promise(done => setTimeout(done, 100));
                }
              } catch (e) { await post('/failed', String(e)); }
            })();
            </script>
            """;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final RawSip sip;
    private final HttpServer server;
    private final Process chromium;
    private final TransferQueue<String> todo = new LinkedTransferQueue<>();
    private volatile String ok = ""; // of its call
    private final AtomicInteger cseq = new AtomicInteger();
    private volatile JsonNode stats = JSON.createObjectNode();
    private volatile String done = "";
    private volatile String failed = "";

    private BrowserPage(Path directory, RawSip sip) throws IOException {
        this.directory = directory;
        this.sip = sip;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
        chromium = new ProcessBuilder(
                        "chromium",
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--no-first-run",
                        "--use-fake-device-for-media-stream",
                        "--use-fake-ui-for-media-stream",
                        "--autoplay-policy=no-user-gesture-required",
                        "--user-data-dir=" + directory.resolve("chromium"),
                        "http://127.0.0.1:" + server.getAddress().getPort() + "/")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("chromium.log").toFile())
                .start();
    }

    /**
     * Opens the page.
     *
     * @param directory takes its profile and log
     * @param sip where its offers go out, and their answers come back
     */
    static BrowserPage open(Path directory, RawSip sip) throws IOException {
        return new BrowserPage(directory, sip);
    }

    Path directory() {
        return directory;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        byte[] answer =
                switch (exchange.getRequestURI().getPath()) {
                    case "/" -> HTML.getBytes(UTF_8);
                    case "/next" -> {
                        stats = JSON.readTree(body);
                        String next = todo.poll();
                        yield (next == null ? "" : next).getBytes(UTF_8);
                    }
                    case "/offer" -> offer(body).getBytes(UTF_8);
                    case "/done" -> {
                        done = body;
                        yield new byte[0];
                    }
                    case "/failed" -> {
                        failed = body;
                        yield new byte[0];
                    }
                    default -> new byte[0]; // an icon
                };
        exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
        exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    /** One offer by SIP, in a new call or in the one that is; the SDP of its 200. */
    private String offer(String sdp) throws IOException {
        String lines = sdp.replace("\r\n", "\n");
        int number = cseq.incrementAndGet();
        String response = sip.finalOf(number == 1 ? sip.invite(lines) : sip.invite(ok, number, lines));
        if (!response.startsWith("SIP/2.0 200 ")) {
            failed = response;
            return "";
        }
        ok = response;
        sip.ack(ok);
        return response.substring(response.indexOf("\r\n\r\n") + 4);
    }

    /** Tells the page what to do, and waits until it is done. */
    void tell(String what) {
        done = "";
        todo.add(what);
        Wait.until("the page to " + what + "; see " + directory, Duration.ofSeconds(60), () -> {
            if (!failed.isEmpty()) {
                throw new IllegalStateException("the page failed: " + failed);
            }
            return done.equals(what);
        });
    }

    /** A member of its statistics, as text. */
    String stats(String name) {
        return stats.path(name).asText();
    }

    /** The same as a number. */
    double number(String name) {
        return stats.path(name).asDouble();
    }

    @Override
    public void close() {
        chromium.descendants().forEach(ProcessHandle::destroyForcibly);
        chromium.destroyForcibly();
        server.stop(0);
        try {
            chromium.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
