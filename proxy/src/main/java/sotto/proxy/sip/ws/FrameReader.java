package sotto.proxy.sip.ws;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.timeout.IdleStateEvent;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Life of one connection, from its first octet to its end; all on its thread.
 *
 * <pre>
 *  connection                                        then
 *  TLS comes to nothing                              closed, counted as tls-refused
 *  no sound message in 10 s, handshakes included     closed, counted as silent-connection
 *  whole text or binary message                      to the stack; fragments are one by then
 *  message above the bound                           closed with 1009, counted as ws-frame
 *  unmasked or otherwise against RFC 6455            closed with 1002 or 1007, counted as ws-frame
 *  does not read what is sent to it                  closed, counted as ws-slow
 *  nothing comes for 10 minutes, no ping either      closed with 1001
 *  closes                                            its flow is over
 * </pre>
 */
@SuppressWarnings("FutureReturnValueIgnored") // what a write or a close comes to shows in the end of the connection
final class FrameReader extends SimpleChannelInboundHandler<WebSocketFrame> {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final WebSocketListener listener;
    private final WebSocketConnection connection;
    private @Nullable Future<?> deadline;
    private boolean up;
    private boolean counted; // one cause for each connection

    FrameReader(WebSocketListener listener, WebSocketConnection connection) {
        this.listener = listener;
        this.connection = connection;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        deadline = context.executor().schedule(() -> expire(context), PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void expire(ChannelHandlerContext context) {
        if (!connection.isProved() && context.channel().isOpen()) {
            count("silent-connection");
            context.close();
        }
    }

    private void cancelDeadline() {
        Future<?> running = deadline;
        if (running != null) {
            running.cancel(false);
            deadline = null;
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
        if (frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame) {
            connection.receive(ByteBufUtil.getBytes(frame.content()));
            if (connection.isProved()) {
                cancelDeadline();
            }
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        switch (event) {
            case WebSocketServerProtocolHandler.HandshakeComplete done -> {
                up = true;
                listener.opened(connection);
            }
            case SslHandshakeCompletionEvent tls when !tls.isSuccess() -> count("tls-refused");
            case IdleStateEvent idle -> connection.close(WebSocketCloseStatus.ENDPOINT_UNAVAILABLE);
            default -> {}
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!context.channel().isWritable()) {
            count("ws-slow");
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (up && cause instanceof TooLongFrameException) { // of fragments together
            count("ws-frame");
            connection.close(WebSocketCloseStatus.MESSAGE_TOO_BIG);
            return;
        }
        if (up && cause instanceof CorruptedFrameException) { // the close frame is on its way already
            count("ws-frame");
            return;
        }
        context.close(); // reset by its peer, mostly; TLS has told its own
    }

    private void count(String cause) {
        if (!counted) {
            counted = true;
            listener.events().refused(cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        cancelDeadline();
        listener.closed(connection);
    }
}
