package sotto.pci.psp;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ServerSocketFactory;

/** A gateway in a process of its own, so that what it receives is in no heap of ours; speaks both dialects. */
public final class GatewayProcess implements AutoCloseable {
    private final Process process;
    private final String base;

    private GatewayProcess(Process process, String base) {
        this.process = process;
        this.base = base;
    }

    /**
     * Starts it.
     *
     * @param keyStore for TLS
     * @param shiftedNumber the card number to look for, each digit with 40 added
     */
    public static GatewayProcess start(Optional<Path> keyStore, int[] shiftedNumber) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                GatewayProcess.class.getName(),
                keyStore.map(Path::toString).orElse("-")));
        for (int digit : shiftedNumber) {
            command.add(String.valueOf(digit));
        }
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String scheme = keyStore.isPresent() ? "https" : "http";
        return new GatewayProcess(process, scheme + "://localhost:" + out.readLine());
    }

    public URI uri(String path) {
        return URI.create(base + path);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** The other process: answers until it is ended. */
    public static void main(String[] arguments) throws Exception {
        StringBuilder number = new StringBuilder();
        for (int i = 1; i < arguments.length; i++) {
            number.append(Integer.parseInt(arguments[i]) - 40);
        }
        ServerSocketFactory sockets = arguments[0].equals("-")
                ? ServerSocketFactory.getDefault()
                : Certificates.tls(Path.of(arguments[0])).getServerSocketFactory();
        try (ServerSocket server = sockets.createServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Writer out = new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8)) {
            out.write(server.getLocalPort() + "\n");
            out.flush();
            while (true) {
                try (Socket socket = server.accept()) {
                    String answer = answer(RawPeer.request(socket.getInputStream()), number.toString());
                    socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                    socket.getOutputStream().flush();
                }
            }
        }
    }

    private static String answer(String request, String number) {
        String seen = request.contains(number) ? "seen" : "missing";
        String body = "{\"charge_id\":\"ch_" + seen + "\"}";
        if (request.startsWith("POST /v1/payment_methods ")) {
            body = "{\"id\":\"pm_" + seen + "\",\"object\":\"payment_method\"}";
        } else if (request.contains("/confirm ")) {
            String method = request.contains("=pm_seen") ? "seen" : "missing";
            body = "{\"id\":\"pi_" + method + "\",\"object\":\"payment_intent\",\"status\":\"succeeded\"}";
        } else if (request.contains(" /v1/payment_intents")) {
            body = "{\"id\":\"pi_new\",\"object\":\"payment_intent\",\"status\":\"requires_payment_method\"}";
        }
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }
}
