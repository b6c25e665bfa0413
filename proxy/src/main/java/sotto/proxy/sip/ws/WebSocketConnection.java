package sotto.proxy.sip.ws;

import static java.nio.charset.StandardCharsets.UTF_8;

import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.parser.MessageParser;
import gov.nist.javax.sip.stack.ConnectionOrientedMessageChannel;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.text.ParseException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import sotto.proxy.sip.screen.BadRequest;
import sotto.proxy.sip.screen.Framed;

/**
 * One WebSocket connection, as the stack sees it. Messages come on the thread of the connection, and are sent from any.
 *
 * <pre>
 *  phone                                  us
 *   | text or binary, REGISTER ----------> |   one message, whole, Content-Length or not (RFC 7118 §4.2, §5.1)
 *   | <------------------------- text, 200 |   on the same connection, whatever its Via says (§5.2)
 *   | <---------------------- text, INVITE |   along it too; there is no other way (RFC 5626 §5.3)
 *   | CR LF CR LF -----------------------> |   a ping; the pong is CR LF (RFC 5626 §4.4.1)
 *   | <----------------------------- CR LF |
 *   | bytes that are no UTF-8              |   go as binary (RFC 7118 §4.2)
 * </pre>
 */
@SuppressWarnings("FutureReturnValueIgnored") // what a write or a close comes to shows in the end of the connection
final class WebSocketConnection extends ConnectionOrientedMessageChannel implements Framed {
    private static final byte[] PONG = {'\r', '\n'};
    private static final int PING_BYTES = 4;
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

    private final WebSocketListener listener;
    private final Channel channel;
    private final InetSocketAddress remote;
    private final MessageParser parser;
    private volatile boolean closing;
    private boolean proved;

    WebSocketConnection(WebSocketListener listener, Channel channel, InetSocketAddress remote) {
        super(listener.getSIPStack());
        this.listener = listener;
        this.messageProcessor = listener;
        this.channel = channel;
        this.remote = remote;
        this.parser = sipStack.messageParserFactory.createMessageParser(sipStack);
        this.peerAddress = remote.getAddress();
        this.peerPort = remote.getPort();
        this.peerProtocol = listener.getTransport();
        this.myAddress = listener.getIpAddress().getHostAddress();
        this.myPort = listener.getPort();
        this.key = getKey(peerAddress, peerPort, peerProtocol);
    }

    InetSocketAddress remote() {
        return remote;
    }

    boolean isOpen() {
        return channel.isActive() && !closing;
    }

    /** True once it brought a sound message. */
    boolean isProved() {
        return proved;
    }

    /**
     * Takes one message.
     *
     * @param octets all of it; changed in place
     */
    void receive(byte[] octets) {
        if (closing) {
            return;
        }
        try {
            if (isLineEnds(octets)) {
                if (octets.length >= PING_BYTES) {
                    send(PONG);
                }
                return;
            }
            SIPMessage message = parser.parseSIPMessage(octets, true, false, this);
            if (message != null) {
                proved |= !(message instanceof BadRequest);
                processMessage(message);
            }
        } catch (Exception e) { // of the stack; its text may be what came
            listener.events().refused("malformed");
        }
    }

    private static boolean isLineEnds(byte[] octets) {
        for (byte octet : octets) {
            if (octet != '\r' && octet != '\n') {
                return false;
            }
        }
        return true;
    }

    private void send(byte[] message) throws IOException {
        if (!isOpen()) {
            throw new IOException("the WebSocket connection is closed");
        }
        ByteBuf octets = Unpooled.wrappedBuffer(message);
        channel.writeAndFlush(
                isText(message) ? new TextWebSocketFrame(octets) : new BinaryWebSocketFrame(octets),
                channel.voidPromise());
    }

    private static boolean isText(byte[] message) {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(message));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    @Override
    protected void sendMessage(byte[] message, boolean isRequest) throws IOException {
        send(message);
    }

    @Override
    protected void sendMessage(byte[] message, InetAddress address, int port, boolean isRequest) throws IOException {
        if (!address.equals(peerAddress) || port != peerPort) {
            throw new IOException("a WebSocket connection leads to its other end only");
        }
        send(message);
    }

    /** Closes in order (RFC 6455 §7.1.2), and after a short time anyway. */
    void close(WebSocketCloseStatus status) {
        if (!isOpen()) {
            return;
        }
        closing = true;
        channel.writeAndFlush(new CloseWebSocketFrame(status, ""));
        channel.eventLoop().schedule(() -> channel.close(), CLOSE_WITHIN.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** At once and without a word: of whoever is not listened to. */
    @Override
    protected void close(boolean removeSocket, boolean stopKeepAliveTask) {
        closing = true;
        channel.close();
    }

    @Override
    public String getTransport() {
        return listener.getTransport();
    }

    @Override
    public boolean isSecure() {
        return listener.isSecure();
    }

    /** Never called: the screen before the parser has its own. */
    @Override
    @SuppressWarnings("rawtypes") // as the stack has it
    public void handleException(ParseException e, SIPMessage message, Class header, String text, String all)
            throws ParseException {
        throw e;
    }
}
