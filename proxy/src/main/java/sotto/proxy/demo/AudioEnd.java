package sotto.proxy.demo;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import sotto.media.packet.RtpView;
import sotto.media.packet.Verdict;
import sotto.media.srtp.SrtpTransform;
import sotto.media.srtp.SrtpTransforms;

/**
 * The audio of one user agent: a socket, a thread that talks in packets of 20 ms and one that listens. What it hears is
 * kept as samples. Thread-safe from outside.
 */
final class AudioEnd implements AutoCloseable {
    private static final int TICK_SAMPLES = 160;
    private static final long TICK_NS = 20_000_000;
    private static final int BUFFER_BYTES = 2048;

    private final DatagramChannel rtp;
    private final DatagramChannel rtcp; // bound so that the peer's reports are not refused; what they say is not read
    private final Voice voice;
    private final Heard heard = new Heard();
    private final SynchronousQueue<KeyPress> presses = new SynchronousQueue<>();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile boolean open = true;
    private volatile @Nullable Talk talk;
    private @Nullable Thread talking;
    private @Nullable Thread listening;

    /** What was negotiated. */
    private record Talk(InetSocketAddress remote, G711 codec, int telephoneEvent) {}

    private AudioEnd(DatagramChannel rtp, DatagramChannel rtcp, Voice voice) {
        this.rtp = rtp;
        this.rtcp = rtcp;
        this.voice = voice;
    }

    /** Binds an even port and the next one. */
    static AudioEnd open(InetAddress address, Voice voice) throws IOException {
        for (int tries = 0; tries < 200; tries++) {
            DatagramChannel first = DatagramChannel.open().bind(new InetSocketAddress(address, 0));
            int port = ((InetSocketAddress) first.getLocalAddress()).getPort();
            DatagramChannel second = DatagramChannel.open();
            try {
                if (port % 2 == 0) {
                    second.bind(new InetSocketAddress(address, port + 1));
                    return new AudioEnd(first, second, voice);
                }
            } catch (SocketException taken) {
                // the next port is another's: try a further pair
            }
            first.close();
            second.close();
        }
        throw new IOException("no free pair of UDP ports on " + address);
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) rtp.getLocalAddress();
    }

    /** Begins to talk and listen, or learns where the peer has moved; keys stay as they were. */
    synchronized void connect(AudioSdp ours, AudioSdp theirs) {
        boolean first = talk == null;
        talk = new Talk(
                theirs.rtp(),
                theirs.codecs().getFirst(),
                theirs.telephoneEvent().orElse(-1));
        if (first) {
            Optional<SrtpTransform> seal =
                    ours.crypto().flatMap(key -> theirs.crypto().map(both -> transform(key)));
            Optional<SrtpTransform> unseal =
                    theirs.crypto().flatMap(key -> ours.crypto().map(both -> transform(key)));
            talking = Thread.ofPlatform().name("agent-talk").daemon().start(() -> talk(seal));
            listening = Thread.ofPlatform().name("agent-listen").daemon().start(() -> listen(unseal));
        }
    }

    private static SrtpTransform transform(AudioSdp.Crypto crypto) {
        try (var keys = crypto.keys()) {
            return SrtpTransforms.of(keys);
        }
    }

    /**
     * Presses a key and lets it go; returns once both are done.
     *
     * @throws IOException where this end is not talking
     */
    void press(int key, KeyPress.Carrier carrier) throws IOException, InterruptedException {
        KeyPress press = new KeyPress(key, carrier);
        if (!presses.offer(press, 1, TimeUnit.SECONDS) || !press.await(Duration.ofSeconds(2))) {
            throw new IOException("a key was pressed, but nobody is talking");
        }
    }

    Heard heard() {
        return heard;
    }

    /** Packets that were no RTP, or whose tag did not match. */
    int refused() {
        return refused.get();
    }

    @Override
    public synchronized void close() {
        open = false;
        try (rtp;
                rtcp) {
            if (talking != null) {
                talking.join();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        joinListener();
    }

    private void joinListener() {
        try {
            if (listening != null) {
                listening.join(); // its socket is closed
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The sender's thread. One packet a tick, whatever it carries; presses take the voice's place. */
    private void talk(Optional<SrtpTransform> seal) {
        try (Arena arena = Arena.ofShared()) {
            Outgoing out = new Outgoing(arena.allocate(BUFFER_BYTES, 8), seal);
            long nextNs = System.nanoTime();
            while (open) {
                out.tick();
                nextNs += TICK_NS;
                for (long left = nextNs - System.nanoTime(); left > 0; left = nextNs - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
            }
        } catch (IOException e) {
            open = false; // the socket is gone: what is heard ends here, and whoever judges sees it
        } finally {
            seal.ifPresent(SrtpTransform::close);
        }
    }

    /** The receiver's thread. */
    private void listen(Optional<SrtpTransform> unseal) {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(BUFFER_BYTES, 8);
            ByteBuffer buffer = memory.asByteBuffer();
            RtpView packet = new RtpView(memory);
            while (open) {
                buffer.clear();
                rtp.receive(buffer);
                long nowNs = System.nanoTime();
                boolean good = packet.wrap(0, buffer.position())
                        && unseal.map(transform -> transform.open(packet) == Verdict.NEXT)
                                .orElse(true)
                        && packet.readPadding();
                if (good) {
                    heard.add(nowNs, packet.payloadType(), decode(packet));
                } else {
                    refused.incrementAndGet();
                }
            }
        } catch (ClosedChannelException e) {
            open = false; // the usual way out
        } catch (IOException e) {
            open = false;
        } finally {
            unseal.ifPresent(SrtpTransform::close);
        }
    }

    private short[] decode(RtpView packet) {
        Talk now = talk;
        if (now == null || packet.payloadType() != now.codec.payloadType()) {
            return new short[0];
        }
        short[] samples = new short[packet.payloadBytes()];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = now.codec.decode((byte) packet.payloadByte(i));
        }
        return samples;
    }

    /** The stream that goes out; belongs to the sender's thread. */
    private final class Outgoing {
        private final MemorySegment memory;
        private final ByteBuffer buffer;
        private final RtpView view;
        private final Optional<SrtpTransform> seal;
        private final int ssrc = new SecureRandom().nextInt();
        private int sequence = new SecureRandom().nextInt(0x10000);
        private int timestamp = new SecureRandom().nextInt();
        private long sample;
        private @Nullable KeyPress press;
        private int pressTick;
        private int pressTimestamp;

        Outgoing(MemorySegment memory, Optional<SrtpTransform> seal) {
            this.memory = memory;
            this.buffer = memory.asByteBuffer();
            this.view = new RtpView(memory);
            this.seal = seal;
        }

        void tick() throws IOException {
            if (press == null) {
                press = presses.poll();
                pressTick = 0;
                pressTimestamp = timestamp;
            }
            KeyPress now = press;
            if (now != null && now.carrier() == KeyPress.Carrier.TELEPHONE_EVENT && pressTick < KeyPress.DOWN_TICKS) {
                sendEvent(now.key());
            } else {
                sendAudio(now);
            }
            timestamp += TICK_SAMPLES;
            sample += TICK_SAMPLES;
            if (now != null && ++pressTick == KeyPress.DOWN_TICKS + KeyPress.UP_TICKS) {
                press = null;
                now.complete();
            }
        }

        private void sendAudio(@Nullable KeyPress now) throws IOException {
            Talk to = peer();
            header(to.codec.payloadType(), timestamp, false);
            for (int i = 0; i < TICK_SAMPLES; i++) {
                buffer.put(to.codec.encode(sample(now, i)));
            }
            send(to);
        }

        private int sample(@Nullable KeyPress now, int i) {
            if (now != null && now.carrier() == KeyPress.Carrier.IN_BAND) {
                int toneSample = pressTick * TICK_SAMPLES + i - KeyPress.TONE_OFFSET;
                if (toneSample >= 0 && toneSample < KeyPress.DOWN_TICKS * TICK_SAMPLES) {
                    return KeyTones.at(now.key(), toneSample);
                }
            }
            return voice.at(sample + i);
        }

        /**
         * <pre>
         *  tick    0    1    2    3    4            RFC 4733 §2.5.1
         *  marker  1    0    0    0    0
         *  E       0    0    0    0    0  1 1 1     the end three times, §2.5.1.4
         *  ticks 160  320  480  640  800  800
         * </pre>
         */
        private void sendEvent(int key) throws IOException {
            int durationTicks = (pressTick + 1) * TICK_SAMPLES;
            event(key, false, durationTicks);
            if (pressTick == KeyPress.DOWN_TICKS - 1) {
                for (int i = 0; i < TelephoneEvent.ENDS; i++) {
                    event(key, true, durationTicks);
                }
            }
        }

        private void event(int key, boolean end, int durationTicks) throws IOException {
            Talk to = peer();
            if (to.telephoneEvent < 0) {
                throw new IOException("the peer takes no telephone-event");
            }
            header(to.telephoneEvent, pressTimestamp, pressTick == 0);
            TelephoneEvent.put(buffer, key, end, durationTicks);
            send(to);
        }

        private void header(int payloadType, int rtpTimestamp, boolean marker) {
            buffer.clear();
            buffer.put((byte) 0x80).put((byte) (marker ? 0x80 | payloadType : payloadType));
            buffer.putShort((short) sequence++).putInt(rtpTimestamp).putInt(ssrc);
        }

        private void send(Talk to) throws IOException {
            view.wrap(0, buffer.position());
            seal.ifPresent(transform -> transform.seal(view));
            rtp.send(memory.asSlice(0, view.lengthBytes()).asByteBuffer(), to.remote);
        }

        private Talk peer() throws IOException {
            Talk now = talk;
            if (now == null) {
                throw new IOException("not connected");
            }
            return now;
        }
    }
}
