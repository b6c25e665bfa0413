package sotto.proxy.b2bua;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/** A peer that answers by itself and keeps next to nothing: busy until it is told to take calls. Own thread. */
final class AutoPeer implements AutoCloseable {
    private final DatagramSocket socket;
    private final InetSocketAddress proxy;
    private final ConcurrentMap<String, String> kept = new ConcurrentHashMap<>(); // by start of its Call-ID and status
    private final AtomicLong heard = new AtomicLong();
    private volatile boolean takesCalls;

    AutoPeer(InetAddress address, int port, int proxyPort) throws IOException {
        socket = new DatagramSocket(new InetSocketAddress(address, port));
        socket.setReceiveBufferSize(4 << 20);
        proxy = new InetSocketAddress(InetAddress.getLoopbackAddress(), proxyPort);
        Thread.ofPlatform().daemon().name("auto-peer").start(this::run);
    }

    int port() {
        return socket.getLocalPort();
    }

    long heard() {
        return heard.get();
    }

    void takeCalls() {
        takesCalls = true;
    }

    private void run() {
        byte[] buffer = new byte[65_536];
        while (!socket.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(packet);
                heard.incrementAndGet();
                take(new String(buffer, 0, packet.getLength(), ISO_8859_1));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void take(String message) throws IOException {
        if (message.startsWith("SIP/2.0 ")) {
            String status = message.substring(8, 11);
            String callId = RawPeer.header(message, "Call-ID");
            if (callId.startsWith("kept")) {
                kept.put(callId + " " + status + " " + RawPeer.header(message, "CSeq"), message);
            }
            if (status.charAt(0) > '2' && RawPeer.header(message, "CSeq").endsWith("INVITE")) {
                send(RawPeer.ack(message)); // RFC 3261 §17.1.1.3
            }
        } else if (message.startsWith("INVITE ")) {
            send(RawPeer.response(
                            message,
                            takesCalls ? "200 OK" : "486 Busy Here",
                            "auto",
                            "<sip:auto@" + socket.getLocalAddress().getHostAddress() + ":" + port() + ">",
                            takesCalls ? sdp() : "")
                    .getBytes(ISO_8859_1));
        } else if (!message.startsWith("ACK ")) {
            send(RawPeer.response(message, "200 OK", "auto", "<sip:auto@127.0.0.1>", "")
                    .getBytes(ISO_8859_1));
        }
    }

    void send(byte[] message) throws IOException {
        socket.send(new DatagramPacket(message, message.length, proxy));
    }

    /** Waits for a response: {@code "kept1 200 1 INVITE"}. */
    String await(String what) {
        Rig.until(what, () -> kept.containsKey(what));
        return kept.getOrDefault(what, "");
    }

    void forget() {
        kept.clear();
    }

    String request(String method, String callId, int cseq, String to, String body) {
        String own = socket.getLocalAddress().getHostAddress();
        return method + " sip:agent@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP " + own + ":" + port() + ";branch=z9hG4bK"
                + callId
                + method + "\r\nMax-Forwards: 70\r\nFrom: <sip:auto@" + own + ">;tag=auto\r\nTo: " + to
                + "\r\nCall-ID: "
                + callId + "\r\nCSeq: " + cseq + " " + method + "\r\nContact: <sip:auto@" + own + ":" + port() + ">\r\n"
                + (body.isEmpty() ? "" : "Content-Type: application/sdp\r\n") + "Content-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    static String sdp() {
        return "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 16384 RTP/AVP 8\r\n";
    }

    @Override
    public void close() {
        socket.close();
    }
}
