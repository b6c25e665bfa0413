package sotto.proxy.b2bua;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A SIP peer in plain text over UDP, TCP or TLS, that does exactly what a test says and nothing by itself. */
final class RawPeer implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(60); // timers of half that, and a loaded machine

    private final String transport;
    private final int port;
    private final Way way;
    private final List<String> received = new ArrayList<>(); // under its own monitor
    private boolean ended; // under the same

    /** How messages come and go. */
    interface Way extends Closeable {
        /** The next message; empty at the end. */
        String next() throws IOException;

        void send(byte[] message) throws IOException;
    }

    /** Over UDP, from a port of its own. */
    RawPeer(int proxyPort) throws IOException {
        this(InetAddress.getLoopbackAddress(), proxyPort);
    }

    /** The same from another address. */
    RawPeer(InetAddress own, int proxyPort) throws IOException {
        this("UDP", new DatagramSocket(new InetSocketAddress(own, 0)), proxyPort);
    }

    private RawPeer(String transport, DatagramSocket socket, int proxyPort) {
        this(transport, socket.getLocalPort(), new Datagrams(socket, proxyPort));
    }

    /** Over a connection to the proxy, or from it. */
    RawPeer(String transport, Socket connection) throws IOException {
        this(transport, connection.getLocalPort(), new Stream(connection));
    }

    /** @param port that it names in Via and Contact */
    RawPeer(String transport, int port, Way way) {
        this.transport = transport;
        this.port = port;
        this.way = way;
        Thread.ofVirtual().start(this::receive);
    }

    private record Datagrams(DatagramSocket socket, InetSocketAddress proxy) implements Way {
        Datagrams(DatagramSocket socket, int proxyPort) {
            this(socket, new InetSocketAddress(InetAddress.getLoopbackAddress(), proxyPort));
        }

        @Override
        public String next() throws IOException {
            byte[] buffer = new byte[65_536];
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            socket.receive(packet);
            return new String(buffer, 0, packet.getLength(), UTF_8);
        }

        @Override
        public void send(byte[] message) throws IOException {
            socket.send(new DatagramPacket(message, message.length, proxy));
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private record Stream(Socket connection) implements Way {
        @Override
        public String next() throws IOException {
            return read(connection.getInputStream());
        }

        @Override
        public void send(byte[] message) throws IOException {
            connection.getOutputStream().write(message);
            connection.getOutputStream().flush();
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }

    /** One message of a stream: headers, then as many octets as they announce; empty at the end. */
    static String read(InputStream in) throws IOException {
        StringBuilder message = new StringBuilder();
        while (message.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                return "";
            }
            message.append((char) octet);
        }
        int length = Integer.parseInt(header(message.toString(), "Content-Length"));
        return message + new String(in.readNBytes(length), UTF_8);
    }

    int port() {
        return port;
    }

    private void receive() {
        try {
            for (String message = way.next(); !message.isEmpty(); message = way.next()) {
                synchronized (received) {
                    received.add(message);
                    received.notifyAll();
                }
            }
        } catch (IOException e) {
            // closed, here or there: what the test waits for does not come, and it says so
        }
        synchronized (received) {
            ended = true;
            received.notifyAll();
        }
    }

    /** True once the connection is closed by the other side. */
    boolean isEnded() {
        synchronized (received) {
            return ended;
        }
    }

    void send(String message) {
        send(message.getBytes(UTF_8));
    }

    void send(byte[] message) {
        try {
            way.send(message);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the first message that starts so. */
    String await(String start) {
        return await(start, 1);
    }

    /** Waits for the first message that starts so and has this in it. */
    String awaitWith(String start, String with) {
        Rig.until(start + "with " + with, () -> countWith(start, with) > 0);
        synchronized (received) {
            return received.stream()
                    .filter(m -> m.startsWith(start) && m.contains(with))
                    .findFirst()
                    .orElseThrow();
        }
    }

    long countWith(String start, String with) {
        synchronized (received) {
            return received.stream()
                    .filter(m -> m.startsWith(start) && m.contains(with))
                    .count();
        }
    }

    /** Waits for the nth message that starts so, counted from the beginning. */
    String await(String start, int nth) {
        long endNs = System.nanoTime() + SOON.toNanos();
        synchronized (received) {
            while (true) {
                List<String> matching =
                        received.stream().filter(m -> m.startsWith(start)).toList();
                if (matching.size() >= nth) {
                    return matching.get(nth - 1);
                }
                long leftMs = (endNs - System.nanoTime()) / 1_000_000;
                if (leftMs <= 0) {
                    throw new AssertionError("no message " + nth + " that starts with '" + start + "'; came: "
                            + received.stream().map(RawPeer::firstLine).toList());
                }
                try {
                    received.wait(leftMs);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    long count(String start) {
        return countWith(start, "");
    }

    static String firstLine(String message) {
        return message.lines().findFirst().orElse("");
    }

    /** The value of a header; fails where there is none. */
    static String header(String message, String name) {
        Matcher matcher =
                Pattern.compile("(?im)^" + name + "\\s*:\\s*(.*?)\\s*$").matcher(message);
        if (!matcher.find()) {
            throw new AssertionError("no " + name + " in " + firstLine(message));
        }
        return matcher.group(1);
    }

    static String body(String message) {
        return message.substring(message.indexOf("\r\n\r\n") + 4);
    }

    static String tag(String fromOrTo) {
        Matcher matcher = Pattern.compile(";tag=([^;>\\s]+)").matcher(fromOrTo);
        return matcher.find() ? matcher.group(1) : "";
    }

    String sdp(String direction) {
        return ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                + "m=audio 16384 RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
                + "a=" + direction + "\r\n");
    }

    private String parameter() {
        return transport.equals("UDP") ? "" : ";transport=" + transport.toLowerCase(Locale.ROOT);
    }

    /** A new INVITE; Call-ID, branch and tag are made of {@code name}. */
    String invite(String name, String more, String body) {
        return request("INVITE", "sip:agent@127.0.0.1", name, "<sip:agent@127.0.0.1>", 1, more, body);
    }

    @SuppressWarnings("ParameterNumber") // one for each header that a test varies
    String request(String method, String uri, String name, String to, int cseq, String more, String body) {
        return method + " " + uri + " SIP/2.0\r\n"
                + "Via: SIP/2.0/" + transport + " 127.0.0.1:" + port() + ";branch=z9hG4bK" + name + cseq + "\r\n"
                + "Max-Forwards: 70\r\n"
                + "From: \"Ann\" <sip:ann@127.0.0.1>;tag=f" + name + "\r\n"
                + "To: " + to + "\r\n"
                + "Call-ID: " + name + "\r\n"
                + "CSeq: " + cseq + " " + method + "\r\n"
                + "Contact: <sip:ann@127.0.0.1:" + port() + parameter() + ">\r\n"
                + more
                + (body.isEmpty() ? "" : "Content-Type: application/sdp\r\n")
                + "Content-Length: " + body.length() + "\r\n\r\n"
                + body;
    }

    /** The ACK, CANCEL or whatever else goes with an INVITE of ours: same branch, same CSeq number. */
    String cancel(String name) {
        return request("CANCEL", "sip:agent@127.0.0.1", name, "<sip:agent@127.0.0.1>", 1, "", "");
    }

    /** A request in the dialog that our INVITE made, after its 200. */
    String within(String ok, String method, int cseq, String body) {
        String uri = header(ok, "Contact").replaceAll("[<>]", "");
        String name = header(ok, "Call-ID");
        return request(method, uri, name, header(ok, "To"), cseq, "", body)
                .replace("branch=z9hG4bK", "branch=z9hG4bK" + method);
    }

    /** A request in the dialog that a received INVITE made, answered with this tag. */
    String within(String invite, String tag, String method, int cseq, String body) {
        String uri = header(invite, "Contact").replaceAll("[<>]", "");
        return method + " " + uri + " SIP/2.0\r\n"
                + "Via: SIP/2.0/" + transport + " 127.0.0.1:" + port() + ";branch=z9hG4bK" + method + tag + cseq
                + "\r\n"
                + "Max-Forwards: 70\r\n"
                + "From: " + header(invite, "To") + ";tag=" + tag + "\r\n"
                + "To: " + header(invite, "From") + "\r\n"
                + "Call-ID: " + header(invite, "Call-ID") + "\r\n"
                + "CSeq: " + cseq + " " + method + "\r\n"
                + "Contact: <sip:agent@127.0.0.1:" + port() + parameter() + ">\r\n"
                + (body.isEmpty() ? "" : "Content-Type: application/sdp\r\n")
                + "Content-Length: " + body.length() + "\r\n\r\n"
                + body;
    }

    /** A response to a request received. */
    void reply(String request, String status, String tag, String body) {
        send(response(request, status, tag, "<sip:agent@127.0.0.1:" + port() + parameter() + ">", body));
    }

    static String response(String request, String status, String tag, String contact, String body) {
        StringBuilder response = new StringBuilder("SIP/2.0 " + status + "\r\n");
        Matcher via = Pattern.compile("(?im)^Via\\s*:.*$").matcher(request);
        while (via.find()) {
            response.append(via.group().strip()).append("\r\n");
        }
        String to = header(request, "To");
        response.append("From: ").append(header(request, "From")).append("\r\n");
        response.append("To: ").append(to).append(to.contains(";tag=") || tag.isEmpty() ? "" : ";tag=" + tag);
        response.append("\r\nCall-ID: ").append(header(request, "Call-ID"));
        response.append("\r\nCSeq: ").append(header(request, "CSeq"));
        response.append("\r\nContact: ").append(contact).append("\r\n");
        if (!body.isEmpty()) {
            response.append("Content-Type: application/sdp\r\n");
        }
        response.append("Content-Length: ")
                .append(body.length())
                .append("\r\n\r\n")
                .append(body);
        return response.toString();
    }

    /** The ACK of a response other than 2xx (RFC 3261 §17.1.1.3). */
    static byte[] ack(String response) {
        return ("ACK sip:127.0.0.1 SIP/2.0\r\nVia: " + header(response, "Via") + "\r\nFrom: " + header(response, "From")
                        + "\r\nTo: " + header(response, "To") + "\r\nCall-ID: " + header(response, "Call-ID")
                        + "\r\nMax-Forwards: 70\r\nCSeq: "
                        + header(response, "CSeq").replace("INVITE", "ACK")
                        + "\r\nContent-Length: 0\r\n\r\n")
                .getBytes(UTF_8);
    }

    @Override
    public void close() {
        try {
            way.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
