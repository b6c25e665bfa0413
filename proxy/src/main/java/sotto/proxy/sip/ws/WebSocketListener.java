package sotto.proxy.sip.ws;

import gov.nist.core.HostPort;
import gov.nist.javax.sip.stack.MessageChannel;
import gov.nist.javax.sip.stack.MessageProcessor;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import sotto.proxy.config.SipSettings;
import sotto.proxy.guard.SourceGuard;
import sotto.proxy.sip.screen.SipLimits;

/**
 * Listens for WebSocket connections on one port, and has them by the address of their other end. Thread-safe.
 *
 * <p>It connects to nobody: a message to an address that no connection is up from is an error.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what a write or a close comes to shows in the end of the connection
final class WebSocketListener extends MessageProcessor {
    static final String PLAIN = "ws";
    static final String SECURE = "wss";

    private static final int THREADS = 2; // one that waits for a lock of the stack does not hold up all
    private static final int BACKLOG = 512;
    private static final int MAX_LINE_BYTES = 2048;
    private static final int MAX_HTTP_HEADER_BYTES = 8192; // cookies of the page's host come too
    private static final int MAX_CHUNK_BYTES = 1024;
    private static final WriteBufferWaterMark UNREAD = new WriteBufferWaterMark(65_536, 262_144); // 16 long messages
    private static final Duration TLS_WITHIN = Duration.ofSeconds(10);
    private static final Duration IDLE = Duration.ofMinutes(10); // as of TCP
    private static final Duration END_WITHIN = Duration.ofSeconds(2);

    private final SipSettings.WebSockets rules;
    private final Optional<SslContext> tls;
    private final SourceGuard guard;
    private final WebSocketEvents events;
    private final WebSocketServerProtocolConfig protocol;
    private final Map<InetSocketAddress, WebSocketConnection> up = new ConcurrentHashMap<>();
    private final Set<Channel> all = ConcurrentHashMap.newKeySet(); // those in a handshake too
    private final EventLoopGroup threads;
    private volatile @Nullable Channel listening;

    /** @param tls with which it is wss */
    WebSocketListener(
            SIPTransactionStack stack,
            InetSocketAddress address,
            Optional<SslContext> tls,
            WebSocketFactory.Rules rules) {
        super(address.getAddress(), address.getPort(), tls.isPresent() ? SECURE : PLAIN, stack);
        this.rules = rules.settings();
        this.tls = tls;
        this.guard = rules.guard();
        this.events = rules.events();
        this.protocol = WebSocketServerProtocolConfig.newBuilder()
                .websocketPath(this.rules.path())
                .checkStartsWith(true) // what is after ? goes with it; the path itself is checked before
                .subprotocols(UpgradeCheck.PROTOCOL)
                .maxFramePayloadLength(SipLimits.MAX_MESSAGE_BYTES)
                .allowExtensions(false)
                .allowMaskMismatch(false)
                .closeOnProtocolViolation(true)
                .withUTF8Validator(true)
                .build();
        this.threads = new MultiThreadIoEventLoopGroup(
                THREADS, new DefaultThreadFactory("sip-" + getTransport(), true), NioIoHandler.newFactory());
    }

    WebSocketEvents events() {
        return events;
    }

    @Override
    public void start() throws IOException {
        ChannelFuture bound = new ServerBootstrap()
                .group(threads)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNREAD)
                .childHandler(new Arrival())
                .bind(getIpAddress(), getPort())
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            threads.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw new IOException(bound.cause());
        }
        listening = bound.channel();
    }

    /** What each connection goes through, from the socket on. */
    private final class Arrival extends ChannelInitializer<SocketChannel> {
        @Override
        protected void initChannel(SocketChannel channel) {
            InetSocketAddress remote = channel.remoteAddress();
            if (remote == null || !guard.admits(remote.getAddress(), System.nanoTime())) {
                reset(channel);
                return;
            }
            if (all.size() >= rules.connections()) {
                events.refused("ws-connections");
                reset(channel);
                return;
            }
            all.add(channel);
            channel.closeFuture().addListener(closed -> all.remove(channel));
            ChannelPipeline pipeline = channel.pipeline();
            tls.ifPresent(context -> {
                SslHandler handler = context.newHandler(channel.alloc());
                handler.setHandshakeTimeoutMillis(TLS_WITHIN.toMillis());
                pipeline.addLast(handler);
            });
            pipeline.addLast(
                    new IdleStateHandler(IDLE.toSeconds(), 0, 0, TimeUnit.SECONDS),
                    new HttpServerCodec(new HttpDecoderConfig()
                            .setMaxInitialLineLength(MAX_LINE_BYTES)
                            .setMaxHeaderSize(MAX_HTTP_HEADER_BYTES)
                            .setMaxChunkSize(MAX_CHUNK_BYTES)),
                    new UpgradeCheck(rules, events::refused),
                    new WebSocketServerProtocolHandler(protocol),
                    new WebSocketFrameAggregator(SipLimits.MAX_MESSAGE_BYTES),
                    new FrameReader(
                            WebSocketListener.this, new WebSocketConnection(WebSocketListener.this, channel, remote)));
        }

        private void reset(SocketChannel channel) {
            channel.config().setSoLinger(0); // closed in order it would stay with us for a minute (RFC 9293 §3.6)
            channel.close();
        }
    }

    /** It is a WebSocket now. Where one of the same address is still known, that is over. */
    void opened(WebSocketConnection connection) {
        @Nullable WebSocketConnection before = up.put(connection.remote(), connection);
        if (before != null) {
            events.closed(getTransport(), before.remote());
        }
    }

    /** Told once, and nothing where it never was up. */
    void closed(WebSocketConnection connection) {
        if (up.remove(connection.remote(), connection)) {
            events.closed(getTransport(), connection.remote());
        }
    }

    /** How many are there, handshakes included. */
    int connections() {
        return all.size();
    }

    /** Whether a connection from there is up. */
    boolean isOpen(InetSocketAddress remote) {
        WebSocketConnection connection = up.get(remote);
        return connection != null && connection.isOpen();
    }

    @Override
    public MessageChannel createMessageChannel(HostPort target) throws IOException {
        String host = target.getHost().getHostname().replace("[", "").replace("]", "");
        try {
            return createMessageChannel(InetAddress.ofLiteral(host), target.getPort());
        } catch (IllegalArgumentException e) {
            throw new IOException("no connection is up from a name", e);
        }
    }

    @Override
    public MessageChannel createMessageChannel(InetAddress address, int port) throws IOException {
        WebSocketConnection connection = up.get(new InetSocketAddress(address, port));
        if (connection == null) {
            throw new IOException("no WebSocket connection is up from there, and none is opened");
        }
        return connection;
    }

    /** Ends them all; what is to be sent before that has been. */
    @Override
    public void stop() {
        Channel open = listening;
        if (open != null) {
            open.close().awaitUninterruptibly();
        }
        up.values().forEach(connection -> connection.close(WebSocketCloseStatus.ENDPOINT_UNAVAILABLE));
        all.forEach(channel -> channel.eventLoop().execute(channel::close)); // after what was written before
        threads.shutdownGracefully(0, END_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(2 * END_WITHIN.toMillis());
    }

    @Override
    public SIPTransactionStack getSIPStack() {
        return sipStack;
    }

    @Override
    public int getDefaultTargetPort() {
        return tls.isPresent() ? 443 : 80; // RFC 7118 §5.2
    }

    @Override
    public boolean isSecure() {
        return tls.isPresent();
    }

    @Override
    public int getMaximumMessageSize() {
        return SipLimits.MAX_MESSAGE_BYTES;
    }

    @Override
    public boolean inUse() {
        return !up.isEmpty();
    }
}
