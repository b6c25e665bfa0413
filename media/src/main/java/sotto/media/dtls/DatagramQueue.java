package sotto.media.dtls;

import java.io.IOException;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.bouncycastle.tls.DatagramTransport;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams between a media worker and the thread of one association. {@link #offer} and {@link #abandon} are the worker's
 * and wait for nobody; all else is that thread's, or whoever says goodbye.
 *
 * <p>Records of one flight go out together, as many as a datagram takes (RFC 6347 §4.1.1), when the thread is about to wait:
 * fewer to lose, for a flight is answered only when it is whole.
 */
final class DatagramQueue implements DatagramTransport {
    private static final int MOST_RECEIVED_BYTES = 2_048;
    private static final int MOST_SENT_BYTES = 1_200; // passes every path (RFC 8445 §B.1 asks for less than the MTU)
    private static final int MOST_WAITING = 32; // a flight in fragments, twice

    private final Consumer<byte[]> out;
    private final Queue<byte[]> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private volatile @Nullable Thread reader;
    private final byte[] flight = new byte[MOST_SENT_BYTES];
    private int flightBytes;
    private volatile boolean closed;

    /** @param out takes what is to be sent, and owns it */
    DatagramQueue(Consumer<byte[]> out) {
        this.out = out;
    }

    /** False where there are too many, or nobody reads any more; then it is not taken. */
    boolean offer(byte[] datagram) {
        if (closed || count.get() >= MOST_WAITING) {
            return false;
        }
        count.incrementAndGet();
        waiting.add(datagram);
        LockSupport.unpark(reader);
        return true;
    }

    @Override
    public int getReceiveLimit() {
        return MOST_RECEIVED_BYTES;
    }

    @Override
    public int getSendLimit() {
        return MOST_SENT_BYTES;
    }

    /** @param waitMs longest wait, 0 for ever; -1 comes back after it */
    @Override
    public int receive(byte[] buffer, int offset, int mostBytes, int waitMs) throws IOException {
        flush();
        reader = Thread.currentThread();
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMs);
        byte[] next = waiting.poll();
        while (next == null) {
            if (closed) {
                throw new IOException("the association is closed");
            }
            if (waitMs == 0) {
                LockSupport.park(this);
            } else {
                long leftNs = deadlineNs - System.nanoTime();
                if (leftNs <= 0) {
                    return -1;
                }
                LockSupport.parkNanos(this, leftNs);
            }
            next = waiting.poll();
        }
        count.decrementAndGet();
        int taken = Math.min(next.length, mostBytes);
        System.arraycopy(next, 0, buffer, offset, taken);
        return taken;
    }

    /** @param lengthBytes at most {@link #getSendLimit}, one record */
    @Override
    public synchronized void send(byte[] buffer, int offset, int lengthBytes) {
        if (flightBytes + lengthBytes > flight.length) {
            flush();
        }
        System.arraycopy(buffer, offset, flight, flightBytes, lengthBytes);
        flightBytes += lengthBytes;
    }

    /** Sends what has gathered. */
    synchronized void flush() {
        if (flightBytes > 0) {
            out.accept(Arrays.copyOf(flight, flightBytes));
            flightBytes = 0;
        }
    }

    @Override
    public void close() {
        flush();
        abandon();
    }

    /** Ends whoever reads, with all that has gathered unsent. */
    void abandon() {
        closed = true;
        LockSupport.unpark(reader);
    }
}
