package sotto.proxy.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The packaged softphone baresip: answers by itself, plays a WAV file, and records what it hears. */
final class Baresip implements AutoCloseable {
    private static final Pattern KEY_HEARD =
            Pattern.compile("\\{[^{}]*\"CALL_DTMF_START\"[^{}]*\"param\":\"(.)\"[^{}]*}");

    private static final String CODECS = ";audio_codecs=PCMA,PCMU";

    private final Process process;
    private final Path directory;
    private final Socket control;
    private final List<String> events = new CopyOnWriteArrayList<>(); // what it reports over its control connection

    private Baresip(Process process, Path directory, Socket control) {
        this.process = process;
        this.directory = directory;
        this.control = control;
        Thread.ofVirtual().start(this::listen);
    }

    private void listen() {
        try {
            byte[] octets = new byte[4096];
            for (int read = control.getInputStream().read(octets); read >= 0; ) {
                events.add(new String(octets, 0, read, UTF_8));
                read = control.getInputStream().read(octets);
            }
        } catch (IOException e) {
            events.add("closed: " + e.getMessage());
        }
    }

    /** Its events so far, one JSON object each. */
    String events() {
        return String.join("", events);
    }

    /**
     * Starts one.
     *
     * @param directory empty; takes its configuration, log and recordings
     * @param ports first of 40 free ports: SIP, control, RTP
     * @param mediaEncryption {@code srtp-mand} for SRTP and nothing else, {@code dtls_srtp} for that of DTLS, then with ICE
     *     and rtcp-mux, empty for plain RTP
     * @param speech 8 kHz mono WAV that it plays to the other side
     */
    static Baresip start(Path directory, int ports, String mediaEncryption, Path speech) throws IOException {
        boolean dtls = mediaEncryption.equals("dtls_srtp");
        String more = dtls ? "module dtls_srtp.so\nmodule ice.so\nrtcp_mux yes\n" : "";
        String encryption =
                (mediaEncryption.isEmpty() ? "" : ";mediaenc=" + mediaEncryption) + (dtls ? ";medianat=ice" : "");
        String account = "<sip:" + directory.getFileName() + "@127.0.0.1;transport=udp>;regint=0";
        return start(directory, ports, account + encryption + CODECS, config(directory, ports, speech) + more);
    }

    /** Starts one with plain RTP and one codec, by baresip's name of it. */
    static Baresip speaking(Path directory, int ports, String codec, Path speech) throws IOException {
        String account = "<sip:" + directory.getFileName() + "@127.0.0.1;transport=udp>;regint=0;audio_codecs=" + codec;
        return start(directory, ports, account, config(directory, ports, speech) + "module opus.so\n");
    }

    /**
     * Starts one that registers over TLS, and has SRTP and nothing else.
     *
     * @param proxy host and port of TLS
     * @param authorities PEM file with the certificate that the proxy must show
     */
    static Baresip registering(Path directory, int ports, String proxy, Path authorities, Path speech)
            throws IOException {
        String account = "<sip:1001@pbx.example;transport=tls>;outbound=\"sip:" + proxy
                + ";transport=tls\";auth_user=1001;auth_pass=sesame;regint=600;mediaenc=srtp-mand"
                + CODECS;
        return start(directory, ports, account, config(directory, ports, speech) + "sip_cafile " + authorities + "\n");
    }

    private static Baresip start(Path directory, int ports, String account, String config) throws IOException {
        Files.writeString(directory.resolve("config"), config);
        Files.writeString(directory.resolve("accounts"), account + ";answermode=auto\n");
        Files.createFile(directory.resolve("contacts"));
        Process process;
        try {
            process = new ProcessBuilder("baresip", "-f", directory.toString(), "-v")
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("baresip.log").toFile())
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException("cannot start baresip: install the package of that name", e);
        }
        Wait.until("baresip ready; see " + directory, Duration.ofSeconds(60), () -> log(directory)
                .contains("baresip is ready."));
        return new Baresip(process, directory, new Socket(InetAddress.getLoopbackAddress(), ports + 2));
    }

    private static String config(Path directory, int ports, Path speech) {
        return """
                poll_method epoll
                sip_listen 127.0.0.1:%1$d
                net_interface 127.0.0.1
                audio_source aufile,%2$s
                audio_player aubridge,nowhere
                audio_alert aubridge,nowhere
                rtp_ports %3$d-%4$d
                module_path /usr/lib/baresip/modules
                module g711.so
                module srtp.so
                module aufile.so
                module aubridge.so
                module sndfile.so
                module_app account.so
                module_app menu.so
                module_app ctrl_tcp.so
                ctrl_tcp_listen 127.0.0.1:%5$d
                snd_path %6$s
                """
                .formatted(ports, speech, ports + 10, ports + 38, ports + 2, directory);
    }

    private static String log(Path directory) {
        try {
            return Files.readString(directory.resolve("baresip.log"), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String log() {
        return log(directory);
    }

    /** Gives a command of its menu: {@code dial}, {@code hangup}, {@code sndcode} and so on. */
    void command(String name, String parameters) throws IOException {
        byte[] json = "{\"command\":\"%s\",\"params\":\"%s\"}"
                .formatted(name, parameters)
                .getBytes(UTF_8);
        OutputStream out = control.getOutputStream(); // one netstring a command
        out.write((json.length + ":").getBytes(UTF_8));
        out.write(json);
        out.write(',');
        out.flush();
    }

    /** Keys that it was sent, oldest first. */
    List<String> keysHeard() {
        return KEY_HEARD
                .matcher(events())
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    /**
     * Sends a key, again each second, until the other hears it: just after hand-back the mask may wait for the line to be
     * quiet.
     */
    void pressUntilHeard(String key, Baresip other) throws IOException {
        int heard = other.keysHeard().size();
        long[] againNs = {System.nanoTime()};
        Wait.until("key " + key + " heard; " + other.events(), Duration.ofSeconds(20), () -> {
            if (System.nanoTime() - againNs[0] >= 0) {
                command("sndcode", key);
                againNs[0] += 1_000_000_000L;
            }
            return other.keysHeard().size() > heard;
        });
    }

    /** What it heard in its calls, oldest first: 16-bit mono WAV files. */
    List<Path> heard() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().endsWith("-dec.wav"))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void close() throws IOException {
        control.close();
        process.destroy();
        process.destroyForcibly();
    }
}
