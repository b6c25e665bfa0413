package sotto.proxy.sip;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections that others opened and that have not brought a sound message yet. Thread-safe.
 *
 * <p>The stack holds a place for each connection, waits for the first line of a message for ever, and takes no more
 * connections than so many. Who opens that many and says nothing would shut the trunk out.
 *
 * <pre>
 *  connection                                     result
 *  no sound message in 10 s, handshake included   closed, counted as silent-connection
 *  closes before its TLS handshake is through     counted as tls-refused
 *  sound message                                  kept, until it is idle for 10 minutes
 *  its peer closes                                forgotten
 * </pre>
 */
final class Newcomers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Newcomers.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int IDLE_MS = 600_000; // a peer that wants it longer sends keep-alives (RFC 5626 §3.5.1)

    private final Map<String, Newcomer> all = new ConcurrentHashMap<>();
    private final AtomicReference<Consumer<String>> dropped = new AtomicReference<>(cause -> {});
    private final ScheduledThreadPoolExecutor deadlines = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("sip-newcomers").factory());

    private record Newcomer(Socket socket, Future<?> deadline) {}

    Newcomers() {
        deadlines.setRemoveOnCancelPolicy(true); // else a flood that is over would stay for its time
    }

    /** @param count told why a connection was dropped */
    void onDropped(Consumer<String> count) {
        dropped.set(count);
    }

    private static String key(String transport, String address, int port) {
        return transport + " " + address + " " + port;
    }

    private static String key(String transport, Socket socket) {
        return key(transport, socket.getInetAddress().getHostAddress(), socket.getPort());
    }

    /** Starts the time of a connection. */
    void arrived(String transport, Socket socket) throws SocketException {
        socket.setSoTimeout(IDLE_MS);
        String key = key(transport, socket);
        all.put(
                key,
                new Newcomer(
                        socket,
                        deadlines.schedule(() -> expire(key, socket), PATIENCE.toNanos(), TimeUnit.NANOSECONDS)));
    }

    private void expire(String key, Socket socket) {
        Newcomer late = all.get(key);
        if (late == null || !late.socket.equals(socket)) { // gone, and its port is another's already
            return;
        }
        all.remove(key, late);
        if (!socket.isClosed()) {
            close(socket);
            dropped.get().accept("silent-connection");
        }
    }

    /** It brought a sound message. False, and nothing done, for one that did so before, or that we opened. */
    boolean proved(String transport, String address, int port) {
        return !all.isEmpty() && forget(key(transport, address, port));
    }

    /** It closes before its TLS handshake was through. Counted once, and not where its time was over. */
    void refused(Socket socket) {
        if (forget(key("TLS", socket))) {
            dropped.get().accept("tls-refused");
        }
    }

    private boolean forget(String key) {
        Newcomer known = all.remove(key);
        if (known != null) {
            known.deadline.cancel(false);
        }
        return known != null;
    }

    private static void close(Socket socket) {
        try {
            socket.close(); // the stack's read ends, and it frees the place
        } catch (IOException e) {
            LOG.debug("a connection did not close in order: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        deadlines.shutdownNow();
        all.values().forEach(newcomer -> close(newcomer.socket));
        all.clear();
    }
}
