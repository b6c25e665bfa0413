package sotto.proxy.b2bua;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A WebSocket of the JDK's own client, as a browser has one: the way of a {@link RawPeer}. */
final class WebSocketWay implements RawPeer.Way, WebSocket.Listener {
    static final String PAGE = "https://phones.example.com";
    static final String HOST = "df7jal23ls0d.invalid"; // as scripts write that do not know where they are

    private static final int SENT_BY = 1; // no page knows its port

    private final HttpClient client;
    private final WebSocket socket;
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final StringBuilder part = new StringBuilder();
    final AtomicInteger pongs = new AtomicInteger();
    final AtomicInteger closedWith = new AtomicInteger();

    private WebSocketWay(URI uri, InetAddress own, Optional<SSLContext> tls, String origin) throws IOException {
        HttpClient.Builder builder = HttpClient.newBuilder().localAddress(own);
        tls.ifPresent(builder::sslContext);
        client = builder.build();
        try {
            socket = client.newWebSocketBuilder()
                    .subprotocols("sip")
                    .header("Origin", origin)
                    .buildAsync(uri, this)
                    .join();
        } catch (CompletionException e) {
            throw new IOException(e.getCause());
        }
    }

    static WebSocketWay connect(int port, InetAddress own) throws IOException {
        return new WebSocketWay(URI.create("ws://127.0.0.1:" + port + "/"), own, Optional.empty(), PAGE);
    }

    static WebSocketWay connect(int port, InetAddress own, SSLContext tls) throws IOException {
        return new WebSocketWay(URI.create("wss://127.0.0.1:" + port + "/"), own, Optional.of(tls), PAGE);
    }

    RawPeer peer(String transport) {
        return new RawPeer(transport, SENT_BY, this);
    }

    WebSocket socket() {
        return socket;
    }

    @Override
    public String next() throws IOException {
        try {
            return messages.take();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void send(byte[] message) throws IOException {
        try {
            socket.sendText(new String(message, StandardCharsets.UTF_8), true).join();
        } catch (CompletionException e) {
            throw new IOException(e.getCause());
        }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        part.append(data);
        if (last) {
            messages.add(part.toString());
            part.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
        pongs.incrementAndGet();
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        closedWith.set(status);
        messages.add("");
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        messages.add("");
    }

    /** Without a close frame: as a laptop that is shut. */
    @Override
    public void close() {
        socket.abort();
        client.shutdownNow();
        messages.add("");
    }
}
