package sotto.media;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import sotto.media.dtls.DtlsAssociation;
import sotto.media.dtls.DtlsHandshakes;
import sotto.media.dtls.DtlsIdentity;
import sotto.media.dtls.DtlsPlan;
import sotto.media.dtls.Fingerprint;
import sotto.media.srtp.SrtpKeys;

/** A phone with one port for STUN, DTLS, RTP and RTCP, as a browser has it. Loses handshake datagrams where told to. */
final class DtlsPhone implements AutoCloseable, DtlsAssociation.Owner {
    private final Peer socket;
    private final Random random;
    private final int lostPercent;
    private final DtlsHandshakes handshakes = new DtlsHandshakes(1);
    private final BlockingQueue<byte[]> media = new LinkedBlockingQueue<>();
    private final BlockingQueue<byte[]> stun = new LinkedBlockingQueue<>();
    private final CompletableFuture<SrtpEnd> keyed = new CompletableFuture<>();
    private final AtomicInteger alerts = new AtomicInteger();
    private final Thread reader;
    final DtlsIdentity identity = DtlsIdentity.create(new SecureRandom(), Instant.now());
    private volatile @Nullable DtlsAssociation association;
    private volatile int port;
    private volatile boolean closed;
    private volatile int loses = -1;

    DtlsPhone() throws IOException {
        this(0, 0);
    }

    DtlsPhone(int seed, int lostPercent) throws IOException {
        socket = new Peer();
        random = new Random(seed);
        this.lostPercent = lostPercent;
        reader = Thread.ofPlatform().daemon().start(this::read);
    }

    Peer socket() {
        return socket;
    }

    /** @param port of the leg */
    void talkTo(int port) {
        this.port = port;
    }

    /** The next datagram that begins with a record of this type is lost. */
    void lose(int type) {
        loses = type;
    }

    /** True where it is lost. */
    boolean hasLost() {
        return loses < 0;
    }

    void shake(boolean active, Fingerprint leg) {
        association = handshakes.begin(new DtlsPlan(identity, active, List.of(leg)), this);
    }

    private void read() {
        try {
            while (!closed) {
                socket.receive(20).ifPresent(this::take);
            }
        } catch (IOException closedSocket) {
            closed = true;
        }
    }

    private void take(byte[] datagram) {
        int first = datagram[0] & 0xFF;
        if (first <= 3) {
            stun.add(datagram);
        } else if (first < 64) {
            DtlsAssociation to = association;
            if (first == 21) {
                alerts.incrementAndGet();
            }
            if (first == loses) {
                loses = -1;
            } else if (to != null && !isLost()) {
                to.offer(datagram);
            }
        } else {
            media.add(datagram);
        }
    }

    private synchronized boolean isLost() {
        return random.nextInt(100) < lostPercent;
    }

    @Override
    public void send(byte[] datagram) {
        if (!isLost()) {
            put(datagram);
        }
    }

    /** As it is. */
    void put(byte[] datagram) {
        try {
            socket.send(port, datagram);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void keyed(SrtpKeys receive, SrtpKeys send) {
        keyed.complete(new SrtpEnd(send, receive));
    }

    @Override
    public void failed(boolean certificateRefused) {
        keyed.completeExceptionally(new IOException(certificateRefused ? "certificate" : "handshake"));
    }

    /** The keys, once there are. */
    SrtpEnd end() throws InterruptedException, ExecutionException, TimeoutException {
        return keyed.get(20, TimeUnit.SECONDS);
    }

    CompletableFuture<SrtpEnd> keyed() {
        return keyed;
    }

    int alerts() {
        return alerts.get();
    }

    Optional<byte[]> media(int atMostMs) throws InterruptedException {
        return Optional.ofNullable(media.poll(atMostMs, TimeUnit.MILLISECONDS));
    }

    /** Next RTP or RTCP packet. */
    byte[] media() throws InterruptedException {
        return media(2_000).orElseThrow(() -> new AssertionError("no media came"));
    }

    /** Next RTP packet; reports come by the same port. */
    byte[] audio() throws InterruptedException {
        byte[] next = media();
        while (Rtp.isReport(next)) {
            next = media();
        }
        return next;
    }

    byte[] stun() throws InterruptedException {
        return Optional.ofNullable(stun.poll(2, TimeUnit.SECONDS))
                .orElseThrow(() -> new AssertionError("no STUN came"));
    }

    @Override
    public void close() {
        closed = true;
        DtlsAssociation begun = association;
        if (begun != null) {
            begun.abandon();
        }
        socket.close();
        reader.interrupt();
    }
}
