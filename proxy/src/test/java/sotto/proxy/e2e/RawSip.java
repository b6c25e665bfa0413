package sotto.proxy.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Predicate;

/** A SIP peer that says exactly what it is told, over UDP. One thread. */
final class RawSip implements AutoCloseable {
    private static final int TIMEOUT_MS = 20_000;

    private final DatagramSocket socket;
    private final InetSocketAddress program;

    /**
     * @param address of its own, such as {@code 127.0.0.1}
     * @param port of its own; 0 takes a free one
     * @param programPort where the program listens
     */
    RawSip(String address, int port, int programPort) throws IOException {
        socket = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(address), port));
        program = new InetSocketAddress(InetAddress.getLoopbackAddress(), programPort);
    }

    String address() {
        return socket.getLocalAddress().getHostAddress() + ":" + socket.getLocalPort();
    }

    void send(String message) throws IOException {
        byte[] octets = message.replace("\n", "\r\n").getBytes(UTF_8);
        socket.send(new DatagramPacket(octets, octets.length, program));
    }

    /** INVITE of a new call with this body, whatever it is; its Call-ID. */
    String invite(String sdp) throws IOException {
        String callId = UUID.randomUUID().toString();
        send(
                """
                INVITE sip:agent@127.0.0.1:%1$d SIP/2.0
                Via: SIP/2.0/UDP %2$s;branch=z9hG4bK%3$s
                From: <sip:caller@%2$s>;tag=raw
                To: <sip:agent@127.0.0.1>
                Call-ID: %3$s
                CSeq: 1 INVITE
                Contact: <sip:caller@%2$s>
                Max-Forwards: 70
                Content-Type: application/sdp
                Content-Length: %4$d

                """
                                .formatted(
                                        program.getPort(),
                                        address(),
                                        callId,
                                        crlf(sdp).length())
                        + sdp);
        return callId;
    }

    /** Re-INVITE of the call that this 2xx is of; its Call-ID. */
    String invite(String ok, int cseq, String sdp) throws IOException {
        String callId = header(ok, "Call-ID").substring("Call-ID:".length()).strip();
        send("INVITE " + header(ok, "Contact").replaceAll(".*<(.*)>.*", "$1") + " SIP/2.0\nVia: SIP/2.0/UDP "
                + address()
                + ";branch=z9hG4bK" + UUID.randomUUID() + "\n" + header(ok, "From") + "\n" + header(ok, "To")
                + "\nCall-ID: " + callId + "\nCSeq: " + cseq + " INVITE\nContact: <sip:caller@" + address()
                + ">\nMax-Forwards: 70\nContent-Type: application/sdp\nContent-Length: "
                + crlf(sdp).length() + "\n\n" + sdp);
        return callId;
    }

    /** ACK of a 2xx. */
    void ack(String ok) throws IOException {
        send(
                """
                ACK %s SIP/2.0
                Via: SIP/2.0/UDP %s;branch=z9hG4bK%s
                %s
                %s
                %s
                %s
                Max-Forwards: 70
                Content-Length: 0

                """
                        .formatted(
                                header(ok, "Contact").replaceAll(".*<(.*)>.*", "$1"),
                                address(),
                                UUID.randomUUID(),
                                header(ok, "From"),
                                header(ok, "To"),
                                header(ok, "Call-ID"),
                                header(ok, "CSeq").replace("INVITE", "ACK")));
    }

    /** Answers a request, with a body where one is given. */
    void respond(String request, String status, String sdp) throws IOException {
        String to = header(request, "To");
        send("SIP/2.0 " + status + "\n" + header(request, "Via") + "\n" + header(request, "From") + "\n"
                + (to.contains("tag=") ? to : to + ";tag=raw") + "\n" + header(request, "Call-ID") + "\n"
                + header(request, "CSeq") + "\nContact: <sip:agent@" + address() + ">\n"
                + (sdp.isEmpty() ? "" : "Content-Type: application/sdp\n") + "Content-Length: "
                + crlf(sdp).length() + "\n\n" + sdp);
    }

    /** Waits for a message; others are passed over. */
    String receive(String what, Predicate<String> wanted) throws IOException {
        long endNs = System.nanoTime() + Duration.ofMillis(TIMEOUT_MS).toNanos();
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        while (System.nanoTime() < endNs) {
            socket.setSoTimeout(TIMEOUT_MS);
            try {
                socket.receive(packet);
            } catch (SocketTimeoutException e) {
                break;
            }
            String message = new String(packet.getData(), 0, packet.getLength(), UTF_8);
            if (wanted.test(message)) {
                return message;
            }
        }
        throw new AssertionError("did not come: " + what);
    }

    /** The final response to a call's INVITE, acknowledged where it is a failure. */
    String finalOf(String callId) throws IOException {
        String response = receive("final response", m -> m.matches("(?s)SIP/2.0 [2-6].*") && m.contains(callId));
        return response;
    }

    /** The next INVITE that reaches this peer. */
    String nextInvite() throws IOException {
        return receive("INVITE", m -> m.startsWith("INVITE "));
    }

    /** A whole header line. */
    static String header(String message, String name) {
        return message.lines()
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in\n" + message));
    }

    private static String crlf(String text) {
        return text.replace("\n", "\r\n");
    }

    @Override
    public void close() {
        socket.close();
    }
}
