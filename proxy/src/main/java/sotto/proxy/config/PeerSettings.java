package sotto.proxy.config;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import sotto.proxy.realm.Realm;

/**
 * A carrier's trunk, or a PBX or gateway of the contact centre.
 *
 * @param name for routes, logs, metrics and the API
 * @param host name or address it is reached at
 * @param port SIP port
 * @param transport how it is called, where name servers do not say it
 * @param lookup what name servers are asked
 * @param srtp whether its audio is encrypted
 * @param limits how much it is given, and may give
 * @param probing how its health is found out, where it is
 * @param failOver when the next peer is tried instead
 * @param policy what gets through
 * @param account password shared with it, where there is one
 * @param match how its requests are known
 * @param stir how callers' numbers are verified and vouched for
 * @param realm name of the network that it is in
 * @param kind what it is, where that binds it
 */
public record PeerSettings(
        String name,
        String host,
        int port,
        Transport transport,
        Lookup lookup,
        Srtp srtp,
        Limits limits,
        Optional<Probing> probing,
        FailOver failOver,
        PeerPolicy policy,
        Optional<Account> account,
        PeerMatch match,
        PeerStir stir,
        String realm,
        Kind kind) {
    /** What is at the other end. */
    public enum Kind {
        /** Any: a carrier, a PBX, a gateway. */
        PEER,
        /** Headsets, whose audio is on the air in an office: SIP over TLS and SRTP only. */
        HEADSET,
        /** DECT base stations; likewise. */
        DECT;

        /** True where neither SIP nor audio is ever in the clear. */
        public boolean isEncrypted() {
            return this != PEER;
        }
    }

    /** SIP transports. */
    public enum Transport {
        UDP,
        TCP,
        TLS
    }

    /** What name servers are asked for a peer (RFC 3263 §4). */
    public enum Lookup {
        /** Addresses of its host. */
        ADDRESS,
        /** Service records of its transport; addresses where there are none. */
        SRV,
        /** Transports, and then service records of each. */
        NAPTR
    }

    /** SRTP policy of a leg; what is not in it is refused with 488. */
    public enum Srtp {
        /** RTP/SAVP with SDES only. */
        REQUIRE,
        /** Plain RTP only. */
        FORBID,
        /** DTLS-SRTP over ICE only, as browsers have it. */
        DTLS,
        /** SDES or DTLS, as the peer offers; browsers on a WebSocket are offered DTLS, all others SDES. */
        EITHER,
        /** SDES where the peer can, else plain RTP. */
        PREFER
    }

    /**
     * Bounds of the calls with one peer, both directions together.
     *
     * @param calls at the same time; none where empty
     * @param rate new calls; none where empty
     */
    public record Limits(OptionalInt calls, Optional<Rate> rate) {
        public static final Limits NONE = new Limits(OptionalInt.empty(), Optional.empty());
    }

    /**
     * New calls a second, on average.
     *
     * @param burst so many may come at once
     */
    public record Rate(int perSecond, int burst) {}

    /**
     * OPTIONS as a question whether it is there.
     *
     * @param every how often; what is not answered before the next one is a failure
     * @param downAfter failures in a row until it counts as down
     * @param upAfter answers in a row until it counts as up again
     */
    public record Probing(Duration every, int downAfter, int upAfter) {}

    /**
     * When a call goes to the next peer of its route.
     *
     * @param statuses final responses to an INVITE that mean "not here, try another"
     * @param tryFor longest wait for any response, while there is a next one
     */
    public record FailOver(Set<Integer> statuses, Duration tryFor) {
        /** What says nothing about the called party: challenges, time-outs, servers that fail (RFC 3261 §21.4, §21.5). */
        public static final FailOver USUAL =
                new FailOver(Set.of(401, 407, 408, 500, 502, 503, 504), Duration.ofSeconds(5));

        public FailOver {
            statuses = Set.copyOf(statuses);
        }
    }

    /** One whose requests are known by their address. */
    public PeerSettings(
            String name,
            String host,
            int port,
            Transport transport,
            Lookup lookup,
            Srtp srtp,
            Limits limits,
            Optional<Probing> probing,
            FailOver failOver,
            PeerPolicy policy,
            Optional<Account> account) {
        this(
                name,
                host,
                port,
                transport,
                lookup,
                srtp,
                limits,
                probing,
                failOver,
                policy,
                account,
                PeerMatch.SOURCE,
                PeerStir.NONE,
                Realm.DEFAULT,
                Kind.PEER);
    }

    /** One that lets through what is usual. */
    public PeerSettings(
            String name,
            String host,
            int port,
            Transport transport,
            Srtp srtp,
            Limits limits,
            Optional<Probing> probing,
            FailOver failOver,
            Optional<Account> account) {
        this(
                name,
                host,
                port,
                transport,
                Lookup.ADDRESS,
                srtp,
                limits,
                probing,
                failOver,
                PeerPolicy.USUAL,
                account,
                PeerMatch.SOURCE,
                PeerStir.NONE,
                Realm.DEFAULT,
                Kind.PEER);
    }

    /** One without limits or probing. */
    public PeerSettings(String name, String host, int port, Transport transport, Srtp srtp) {
        this(name, host, port, transport, srtp, Limits.NONE, Optional.empty(), FailOver.USUAL, Optional.empty());
    }

    /** The same, with a policy. */
    public PeerSettings with(PeerPolicy other) {
        return copy(lookup, other, match, stir, realm);
    }

    /** The same, with numbers verified or vouched for. */
    public PeerSettings with(PeerStir other) {
        return copy(lookup, policy, match, other, realm);
    }

    /** The same, looked up. */
    public PeerSettings with(Lookup other) {
        return copy(other, policy, match, stir, realm);
    }

    /** The same, known by other things. */
    public PeerSettings with(PeerMatch other) {
        return copy(lookup, policy, other, stir, realm);
    }

    /** The same, in another network. */
    public PeerSettings in(String other) {
        return copy(lookup, policy, match, stir, other);
    }

    /** The same, of another kind. */
    public PeerSettings with(Kind other) {
        return new PeerSettings(
                name, host, port, transport, lookup, srtp, limits, probing, failOver, policy, account, match, stir,
                realm, other);
    }

    private PeerSettings copy(Lookup found, PeerPolicy lets, PeerMatch known, PeerStir vouched, String in) {
        return new PeerSettings(
                name, host, port, transport, found, srtp, limits, probing, failOver, lets, account, known, vouched, in,
                kind);
    }
}
