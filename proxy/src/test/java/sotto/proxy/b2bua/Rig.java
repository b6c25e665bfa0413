package sotto.proxy.b2bua;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import sotto.media.MediaPlane;
import sotto.media.MediaSettings;
import sotto.proxy.config.Account;
import sotto.proxy.config.PeerPolicy;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.Peering;
import sotto.proxy.config.SipSettings;
import sotto.proxy.e2e.FreePorts;
import sotto.proxy.guard.GuardSettings;
import sotto.proxy.realm.OneRealm;
import sotto.proxy.realm.Realm;
import sotto.proxy.realm.Realms;

/** The real thing between two peers on loopback: SIP, media, and what the listener was told. */
final class Rig implements AutoCloseable {
    private static final int MEDIA_PORTS = 80;

    final MediaPlane media;
    final Calls calls;
    final Told told;
    final Ports ports;

    /** SIP over UDP and TCP on one port, TLS on the next. */
    record Ports(int sip, int tls, int firstMedia) {}

    /** What differs from test to test. */
    record Options(
            Peering peering,
            Duration answerTimeout,
            int maxCalls,
            Optional<SipSettings.Tls> tls,
            Path registrations,
            SipSettings.WebSockets webSockets) {
        /** One without WebSocket. */
        Options(
                Peering peering,
                Duration answerTimeout,
                int maxCalls,
                Optional<SipSettings.Tls> tls,
                Path registrations) {
            this(peering, answerTimeout, maxCalls, tls, registrations, SipSettings.WebSockets.OFF);
        }

        /** One where no phone registers. */
        Options(Peering peering, Duration answerTimeout, int maxCalls, Optional<SipSettings.Tls> tls) {
            this(peering, answerTimeout, maxCalls, tls, Path.of("no-phones"));
        }

        static Options udp(int trunkPort, int agentsPort) {
            return new Options(
                    Peering.of(
                            peer("carrier", trunkPort, PeerSettings.Transport.UDP),
                            peer("pbx", agentsPort, PeerSettings.Transport.UDP)),
                    Duration.ofSeconds(60),
                    100,
                    Optional.empty());
        }
    }

    /** A trunk called carrier and a peer called pbx, over UDP, each with its policy. */
    static Rig between(Ports ports, RawPeer trunk, PeerPolicy ofTrunk, RawPeer agents, PeerPolicy ofAgents)
            throws IOException {
        Peering peering = new Peering(
                List.of(peer("carrier", trunk.port(), PeerSettings.Transport.UDP)
                        .with(ofTrunk)),
                List.of(peer("pbx", agents.port(), PeerSettings.Transport.UDP).with(ofAgents)),
                List.of());
        Options options = new Options(peering, Duration.ofSeconds(60), 100, Optional.empty());
        return new Rig(ports, options, Duration.ofMinutes(5));
    }

    static PeerSettings peer(String name, int port, PeerSettings.Transport transport) {
        return peer(name, port, transport, Optional.empty());
    }

    static PeerSettings peer(String name, int port, PeerSettings.Transport transport, Optional<Account> account) {
        return new PeerSettings(
                name,
                "127.0.0.1",
                port,
                transport,
                PeerSettings.Srtp.FORBID,
                PeerSettings.Limits.NONE,
                Optional.empty(),
                PeerSettings.FailOver.USUAL,
                account);
    }

    /** Keeps what it is told. */
    static final class Told implements CallListener {
        final List<CallView> answered = new CopyOnWriteArrayList<>();
        final List<Duration> setupAdded = new CopyOnWriteArrayList<>();
        final List<CallEnd> ended = new CopyOnWriteArrayList<>();
        final List<String> refused = new CopyOnWriteArrayList<>();
        final List<String> verified = new CopyOnWriteArrayList<>();
        final List<String> signed = new CopyOnWriteArrayList<>();

        @Override
        public void answered(CallView call, Duration added) {
            setupAdded.add(added);
            answered.add(call);
        }

        @Override
        public void ended(CallEnd end) {
            ended.add(end);
        }

        @Override
        public void refused(String cause, int sipStatus) {
            refused.add(cause + " " + sipStatus);
        }

        @Override
        public void verified(String result) {
            verified.add(result);
        }

        @Override
        public void signed(String attest) {
            signed.add(attest);
        }
    }

    Rig(Ports ports, Options options, Duration mediaSilence) throws IOException {
        this(ports, options, mediaSilence, List.of(), GuardSettings.OFF);
    }

    Rig(Ports ports, Options options, Duration mediaSilence, List<InetSocketAddress> dnsServers) throws IOException {
        this(ports, options, mediaSilence, dnsServers, GuardSettings.OFF);
    }

    Rig(Ports ports, Options options, Duration mediaSilence, List<InetSocketAddress> dnsServers, GuardSettings guard)
            throws IOException {
        this.ports = ports;
        this.told = new Told();
        media = MediaPlane.start(new MediaSettings(
                InetAddress.getLoopbackAddress(),
                ports.firstMedia,
                ports.firstMedia + MEDIA_PORTS - 1,
                1,
                Optional.empty()));
        SipSettings sip = new SipSettings(
                "127.0.0.1",
                Optional.empty(),
                ports.sip,
                ports.sip,
                options.tls,
                options.answerTimeout,
                options.maxCalls,
                dnsServers,
                guard,
                options.webSockets);
        Realm realm = OneRealm.at(
                "127.0.0.1",
                ports.sip,
                options.tls.map(tls -> OptionalInt.of(tls.port())).orElse(OptionalInt.empty()),
                options.webSockets.port(),
                options.webSockets.securePort());
        calls = Calls.start(
                new Calls.Setting(sip, Realms.only(realm), options.peering, mediaSilence, told, options.registrations),
                media);
    }

    static Ports freePorts() {
        return new Ports(FreePorts.one(), FreePorts.one(), FreePorts.run(MEDIA_PORTS));
    }

    /** Waits on a condition, with an end. */
    static void until(String what, Callable<Boolean> condition) {
        until(what, Duration.ofSeconds(20), condition);
    }

    /** Waits on a condition, at most this long. */
    static void until(String what, Duration atMost, Callable<Boolean> condition) {
        long endNs = System.nanoTime() + atMost.toNanos();
        try {
            while (!condition.call()) {
                if (System.nanoTime() > endNs) {
                    throw new AssertionError("not in time: " + what);
                }
                LockSupport.parkNanos(5_000_000);
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(what, e);
        }
    }

    /** Nothing of any call is left. */
    void untilEmpty() {
        until(
                "tables empty, are " + calls.entries() + " and "
                        + media.counters().portPairsInUse() + " port pairs",
                () -> calls.entries() == 0 && media.counters().portPairsInUse() == 0);
    }

    @Override
    public void close() {
        calls.close();
        media.close();
    }
}
