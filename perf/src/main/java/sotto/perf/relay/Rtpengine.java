package sotto.perf.relay;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import sotto.perf.run.Cores;
import sotto.perf.run.Ports;
import sotto.perf.run.Program;

/**
 * rtpengine in the userspace, with one worker thread, told what to do by its control protocol "ng": a cookie, a space and
 * one dictionary in bencode, each way, in one datagram. No recording, no Homer, no Redis, no transcoding. One thread.
 */
final class Rtpengine implements Relay {
    private static final String PROGRAM = "rtpengine";
    private static final String FIRST_PORT = "34000";
    private static final String LAST_PORT = "59999";
    private static final Duration START = Duration.ofSeconds(10);
    private static final int ANSWER_MS = 300;
    private static final int MOST_BYTES = 65_000;

    private final Media media;
    private final Traffic traffic;
    private final Process process;
    private final Path directory;
    private final DatagramSocket control;
    private final int port;
    private long cookie;

    private Rtpengine(Media media, Traffic traffic, Process process, Path directory, int port) throws IOException {
        this.media = media;
        this.traffic = traffic;
        this.process = process;
        this.directory = directory;
        this.port = port;
        control = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        control.setSoTimeout(ANSWER_MS);
    }

    /** Where it is installed. */
    static Optional<Path> installed() {
        return Stream.of(System.getenv("PATH").split(":"), new String[] {"/usr/sbin"})
                .flatMap(Stream::of)
                .map(place -> Path.of(place, PROGRAM))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** How it is started: what is not named has its own default. */
    static List<String> options(int controlPort) {
        return List.of(
                "--config-file=none",
                "--foreground",
                "--log-stderr",
                "--log-level=4", // warnings
                "--table=-1", // not in the kernel
                "--num-threads=1",
                "--media-num-threads=0",
                "--interface=127.0.0.1",
                "--listen-ng=127.0.0.1:" + controlPort,
                "--port-min=" + FIRST_PORT,
                "--port-max=" + LAST_PORT,
                "--timeout=3600"); // calls that have no turn are silent
    }

    /** @param program of {@link #installed} */
    static Rtpengine start(Path program, Media media, Traffic traffic) throws IOException {
        int port = Ports.free();
        Path directory = Files.createTempDirectory("sotto-bench");
        List<String> command = new ArrayList<>();
        if (Cores.areTwo()) {
            command.addAll(List.of("taskset", "-c", Cores.PROGRAM));
        }
        command.add(program.toString());
        command.addAll(options(port));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log.txt").toFile())
                .start();
        Program.endWithUs(process);
        Rtpengine started = new Rtpengine(media, traffic, process, directory, port);
        started.awaitReady();
        return started;
    }

    private void awaitReady() throws IOException {
        long endNs = System.nanoTime() + START.toNanos();
        while (process.isAlive() && System.nanoTime() - endNs < 0) {
            try {
                ask(Map.of("command", "ping"));
                return;
            } catch (IOException notYet) {
                pause();
            }
        }
        String log = Files.readString(directory.resolve("log.txt"), StandardCharsets.ISO_8859_1);
        close();
        throw new IOException("rtpengine did not start; its log:\n" + log);
    }

    private static void pause() {
        LockSupport.parkNanos(50_000_000);
    }

    @Override
    public String name() {
        return PROGRAM;
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public List<CallEnds> raise(int firstCall, int count) throws IOException {
        List<CallEnds> calls = new ArrayList<>();
        for (int call = firstCall; call < firstCall + count; call++) {
            calls.add(raise(call));
        }
        return calls;
    }

    private CallEnds raise(int call) throws IOException {
        Map<String, Object> offer = request("offer", call);
        offer.put("sdp", AudioText.offer(traffic.callerAddress(call)));
        offer.put("transport-protocol", media.suite().isPresent() ? "RTP/SAVP" : "RTP/AVP");
        offer.put("DTLS", "off");
        AudioText.Answer agent = AudioText.answer(sdp(ask(offer)), traffic.agentAddress(call), media.suite());
        Map<String, Object> answer = request("answer", call);
        answer.put("to-tag", "agent");
        answer.put("sdp", agent.text());
        return new CallEnds(LegEnd.plain(AudioText.rtp(sdp(ask(answer)))), agent.leg());
    }

    private static Map<String, Object> request(String command, int call) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("command", command);
        request.put("call-id", "bench-" + call);
        request.put("from-tag", "caller");
        request.put("ICE", "remove");
        return request;
    }

    private static String sdp(Map<String, Object> answer) throws IOException {
        if (answer.get("sdp") instanceof String sdp) {
            return sdp;
        }
        throw new IOException("rtpengine has no SDP in its answer: " + answer);
    }

    /** Asks again where no answer comes; the cookie tells it that it has seen this one. */
    private Map<String, Object> ask(Map<String, Object> request) throws IOException {
        String prefix = "sotto" + cookie++ + " ";
        byte[] encoded = Bencode.encode(request);
        byte[] datagram = new byte[prefix.length() + encoded.length];
        System.arraycopy(AudioText.octets(prefix), 0, datagram, 0, prefix.length());
        System.arraycopy(encoded, 0, datagram, prefix.length(), encoded.length);
        DatagramPacket answer = new DatagramPacket(new byte[MOST_BYTES], MOST_BYTES);
        for (int attempt = 0; attempt < 10; attempt++) {
            control.send(new DatagramPacket(datagram, datagram.length, InetAddress.getLoopbackAddress(), port));
            try {
                answer.setLength(MOST_BYTES);
                control.receive(answer);
            } catch (SocketTimeoutException unanswered) {
                continue;
            }
            String text = new String(answer.getData(), 0, answer.getLength(), StandardCharsets.ISO_8859_1);
            if (text.startsWith(prefix)) {
                return accepted(Bencode.dictionary(text.substring(prefix.length())));
            }
        }
        throw new IOException("rtpengine does not answer");
    }

    private static Map<String, Object> accepted(Map<String, Object> answer) throws IOException {
        if ("error".equals(answer.get("result"))) {
            throw new IOException("rtpengine refuses: " + answer.get("error-reason"));
        }
        return answer;
    }

    @Override
    public void close() throws IOException {
        control.close();
        Program.end(process);
        Program.delete(directory);
    }
}
