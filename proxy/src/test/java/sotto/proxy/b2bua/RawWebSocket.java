package sotto.proxy.b2bua;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A WebSocket client that writes frames octet by octet, right or wrong (RFC 6455 §5.2). Used by one thread at a time. */
final class RawWebSocket implements AutoCloseable {
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int FIN = 0x80;

    static final String UPGRADE = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Protocol: sip\r\nOrigin: " + WebSocketWay.PAGE + "\r\n\r\n";
    private static final int MASK = 0x37FA213D; // RFC 6455 §5.7
    private static final int MASKED = 0x80;
    private static final Duration SOON = Duration.ofSeconds(15);

    private final Socket socket = new Socket();

    RawWebSocket(int port, InetAddress own) throws IOException {
        this(port, new InetSocketAddress(own, 0));
    }

    /** From a port of its own, which may have been another connection's. */
    RawWebSocket(int port, InetSocketAddress own) throws IOException {
        socket.setReuseAddress(true);
        socket.bind(own);
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout((int) SOON.toMillis());
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** Sends a request; its answer, to the end of its headers, empty where there is none. */
    String ask(String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int octet = socket.getInputStream().read();
            if (octet < 0) {
                return head.toString(ISO_8859_1);
            }
            head.write(octet);
        }
        return head.toString(ISO_8859_1);
    }

    RawWebSocket upgraded() throws IOException {
        String answer = ask(UPGRADE);
        if (!answer.startsWith("HTTP/1.1 101 ")) {
            throw new AssertionError(answer);
        }
        return this;
    }

    /** One frame, masked as it has to be. */
    void frame(int first, byte[] payload) throws IOException {
        byte[] masked = new byte[payload.length];
        byte[] mask = ByteBuffer.allocate(4).putInt(MASK).array();
        for (int i = 0; i < payload.length; i++) {
            masked[i] = (byte) (payload[i] ^ mask[i % 4]);
        }
        write(first, MASKED, mask, masked);
    }

    void unmasked(int first, byte[] payload) throws IOException {
        write(first, 0, new byte[0], payload);
    }

    private void write(int first, int maskBit, byte[] mask, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        if (payload.length < 126) {
            frame.write(maskBit | payload.length);
        } else {
            frame.write(maskBit | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        }
        frame.writeBytes(mask);
        frame.writeBytes(payload);
        socket.getOutputStream().write(frame.toByteArray());
    }

    /**
     * A frame that came.
     *
     * @param text its payload, an octet each character
     */
    record Frame(int opcode, String text) {
        int closeStatus() {
            return text.length() < 2 ? 0 : text.charAt(0) << 8 | text.charAt(1);
        }
    }

    Frame next() throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        int opcode = in.readUnsignedByte() & 0x0F;
        int length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        }
        return new Frame(opcode, new String(in.readNBytes(length), ISO_8859_1));
    }

    /** True where the other side ends it before our patience does. */
    boolean ends() {
        try {
            while (socket.getInputStream().read() >= 0) {
                // what it still had to say
            }
            return true;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true; // reset
        }
    }

    InetSocketAddress own() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /** Closes it so that its port is free at once. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
