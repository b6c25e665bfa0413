package sotto.pci.psp;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * An HTTP/1.1 client for bodies that must never be text: head and body are put together in one block of native memory
 * that is wiped before the answer is awaited. A connection is used once. Blocks; meant for virtual threads; thread-safe.
 */
public final class SecretHttp {
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]");
    private static final ScheduledThreadPoolExecutor DEADLINES = deadlines();

    private final SSLContext trust;

    private static final class DigitsGone extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /**
     * @param trust who may be spoken to, for {@code https}
     */
    public SecretHttp(SSLContext trust) {
        this.trust = trust;
    }

    /** Trusts what the JDK trusts. */
    public static SecretHttp withDefaultTrust() {
        try {
            return new SecretHttp(SSLContext.getDefault());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no TLS", e);
        }
    }

    /**
     * Checks the address of a gateway: card data goes out in clear to this machine only.
     *
     * @throws IllegalArgumentException with what to write instead
     */
    public static void checkUrl(URI url) {
        String host = url.getHost();
        if (host == null || url.getUserInfo() != null) {
            throw new IllegalArgumentException(
                    "gateway address needs a host and no user: write https://host/path, and a credential in its own file");
        }
        boolean clear = "http".equalsIgnoreCase(url.getScheme());
        if (!"https".equalsIgnoreCase(url.getScheme())
                && !(clear && LOOPBACK.matcher(host).matches())) {
            throw new IllegalArgumentException("gateway address " + url.getScheme() + "://" + host
                    + " would send card data in clear: use https; http is for this machine only");
        }
    }

    /**
     * Sends one request, once.
     *
     * @param timeout from now to the last octet of the answer
     * @return never throws for what network or peer do
     */
    public Exchange send(SecretRequest request, Duration timeout) {
        long deadlineNs = System.nanoTime() + timeout.toNanos();
        InetAddress[] addresses;
        try {
            addresses = resolve(host(request.uri()), deadlineNs);
        } catch (IOException e) {
            return new Exchange.NeverSent(reason(e));
        }
        Exchange last = new Exchange.NeverSent("no address for " + host(request.uri()));
        for (InetAddress address : addresses) {
            last = send(request, address, deadlineNs);
            if (!(last instanceof Exchange.NeverSent)) {
                return last;
            }
        }
        return last;
    }

    private Exchange send(SecretRequest request, InetAddress address, long deadlineNs) {
        AtomicBoolean tooLate = new AtomicBoolean();
        boolean sending = false;
        String reason;
        try (SocketChannel channel = SocketChannel.open()) {
            ScheduledFuture<?> deadline = closeAt(deadlineNs, channel, tooLate);
            try {
                Wire wire = connect(request.uri(), address, channel);
                sending = true; // from here on the peer may have it, whatever the socket says
                transmit(request, wire);
                return new ReplyReader(wire).read();
            } finally {
                deadline.cancel(false);
            }
        } catch (DigitsGone e) {
            return new Exchange.NeverSent("card digits were wiped before they could be sent");
        } catch (IOException e) {
            reason = tooLate.get() ? "no whole answer in time" : reason(e);
        }
        return sending ? new Exchange.Doubtful(reason) : new Exchange.NeverSent(reason);
    }

    private Wire connect(URI uri, InetAddress address, SocketChannel channel) throws IOException {
        boolean clear = "http".equalsIgnoreCase(uri.getScheme());
        if (clear && !address.isLoopbackAddress()) { // a name may lie about where it leads
            throw new IOException("not this machine: card data does not go out in clear");
        }
        int port = uri.getPort() != -1 ? uri.getPort() : clear ? 80 : 443;
        channel.connect(new InetSocketAddress(address, port));
        return clear ? new Wire.Clear(channel) : TlsWire.open(channel, trust, host(uri), port);
    }

    private static void transmit(SecretRequest request, Wire wire) throws IOException {
        byte[] head = request.head();
        int bodyBytes = request.body().map(SecretBody::lengthBytes).orElse(0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment whole = arena.allocate(head.length + bodyBytes);
            try {
                ByteBuffer buffer = whole.asByteBuffer();
                buffer.put(head);
                assemble(request, buffer);
                wire.send(buffer.flip());
            } finally {
                whole.fill((byte) 0);
            }
        }
    }

    private static void assemble(SecretRequest request, ByteBuffer buffer) throws DigitsGone {
        try {
            request.body().ifPresent(body -> body.writeTo(buffer));
        } catch (IndexOutOfBoundsException e) { // their owner wiped them in the meantime
            throw new DigitsGone();
        }
    }

    private static InetAddress[] resolve(String host, long deadlineNs) throws IOException {
        FutureTask<InetAddress[]> lookup = new FutureTask<>(() -> InetAddress.getAllByName(host));
        Thread.ofVirtual().start(lookup); // a resolver has a patience of its own
        try {
            return lookup.get(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (TimeoutException | ExecutionException | CancellationException e) {
            throw new UnknownHostException("address of " + host + " not found"); // whatever the resolver's wording
        }
    }

    private static ScheduledFuture<?> closeAt(long deadlineNs, SocketChannel channel, AtomicBoolean tooLate) {
        Runnable close = () -> {
            tooLate.set(true);
            try {
                channel.close(); // wakes connect, read and write alike
            } catch (IOException e) {
                tooLate.set(true); // closed all the same: the exchange ends with its own exception
            }
        };
        return DEADLINES.schedule(close, deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    /** Says what happened without what the peer said. */
    private static String reason(IOException e) {
        return switch (e) {
            case ClosedByInterruptException _ -> "interrupted";
            case SSLException tls -> "TLS: " + GatewayText.plain(tls.getMessage());
            default ->
                Optional.ofNullable(e.getMessage())
                        .map(GatewayText::plain)
                        .orElse(e.getClass().getSimpleName());
        };
    }

    private static String host(URI uri) {
        String host = uri.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host; // IPv6 literal, RFC 3986 §3.2.2
    }

    private static ScheduledThreadPoolExecutor deadlines() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("gateway-deadlines").factory());
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }
}
