package sotto.proxy.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import sotto.proxy.config.PeerSettings.Kind;
import sotto.proxy.config.PeerSettings.Srtp;
import sotto.proxy.config.PeerSettings.Transport;
import sotto.proxy.realm.Realm;

/** Reads the sections of trunks and of the peers behind them. One thread. */
final class PeerReader {
    private static final String NAME = "[A-Za-z0-9_-]{1,32}";
    private static final int MOST_CALLS = 25_000;
    private static final int MOST_CALLS_A_SECOND = 10_000;

    /** The two sides. */
    enum Of {
        TRUNKS("trunk", "trunks", Srtp.FORBID),
        AGENTS("agents", "agent-peers", Srtp.REQUIRE);

        private final String one;
        private final String several;
        private final Srtp srtp;

        /**
         * @param one key of the section of a single peer
         * @param several key of the section that has one for each peer, by name
         */
        Of(String one, String several, Srtp srtp) {
            this.one = one;
            this.several = several;
            this.srtp = srtp;
        }
    }

    private final Map<String, PeerSettings> byPath = new LinkedHashMap<>();
    private final NamedFiles files;
    private final StirReader stir;
    private final List<String> realms;

    /** @param realms names of networks; none where all is one */
    PeerReader(NamedFiles files, StirReader stir, List<String> realms) {
        this.realms = realms;
        this.files = files;
        this.stir = stir;
    }

    /** What was read, by whole path of its section. */
    Map<String, PeerSettings> byPath() {
        return byPath;
    }

    /** Reads the one peer of a side, or each of several. */
    List<PeerSettings> side(Section whole, Of side) {
        String one = side.one;
        String several = side.several;
        if (!whole.has(several)) {
            Section keys = whole.section(one);
            return List.of(peer(keys, name(keys, one), side));
        }
        if (whole.has(one)) {
            whole.problem(
                    one, " and " + several + " are both here; move it into " + several + " as a section of its own");
            whole.section(one);
        }
        List<PeerSettings> peers = new ArrayList<>();
        for (Map.Entry<String, Section> entry : whole.section(several).named().entrySet()) {
            if (!entry.getKey().matches(NAME)) {
                whole.section(several)
                        .problem(
                                entry.getKey(),
                                " is no name; it is a label in metrics: 1 to 32 letters, digits, - and _");
            }
            peers.add(peer(entry.getValue(), entry.getKey(), side));
        }
        if (peers.isEmpty()) {
            whole.problem(several, " names nobody; write a section with an address for each, by name");
        }
        return peers;
    }

    static String name(Section keys, String fallback) {
        return keys.text(
                        "name",
                        "1 to 32 letters, digits, - and _",
                        "it is a label in metrics and logs; without the key it is " + fallback,
                        text -> text.matches(NAME) ? Optional.of(text) : Optional.empty())
                .orElse(fallback);
    }

    private PeerSettings peer(Section keys, String name, Of side) {
        keys.missing("address", "write host or host:port, the one that " + name + " sends SIP from and takes it at");
        Optional<HostPort> address = keys.text(
                "address", "host or host:port", "write such as 192.0.2.10:5060, or [2001:db8::1]", HostPort::parse);
        boolean anyTransport = !keys.has("transport");
        Transport transport = keys.choice("transport", Transport.UDP);
        Srtp srtp = keys.choice("srtp", side.srtp);
        PeerSettings.Limits limits = limits(keys);
        Optional<PeerSettings.Probing> probing = probing(keys);
        PeerSettings.FailOver failOver = failOver(keys);
        PeerPolicy policy = PolicyReader.policy(keys, side == Of.AGENTS ? PolicyReader.phones(keys) : Optional.empty());
        if (policy.codecs().fax() && srtp != Srtp.FORBID) {
            keys.problem(
                    "t38",
                    "=pass does not go with srtp=" + srtp.name().toLowerCase(Locale.ROOT)
                            + ", for T.38 is not encrypted; leave it out, or srtp=forbid");
        }
        Optional<Account> account = AccountReader.account(keys, files);
        PeerMatch match = MatchReader.match(keys);
        PeerStir identity = stir.peer(keys.section("stir"));
        String realm = realm(keys);
        Kind kind = side == Of.AGENTS ? keys.choice("kind", Kind.PEER) : Kind.PEER;
        if (kind.isEncrypted()) {
            isEncrypted(keys, kind, transport, srtp);
        }
        keys.end();
        int usual = transport == Transport.TLS ? 5061 : 5060; // RFC 3261 §19.1.2
        PeerSettings peer = new PeerSettings(
                name,
                address.map(HostPort::host).orElse("missing.invalid"),
                address.map(a -> a.port().orElse(usual)).orElse(usual),
                transport,
                address.map(a -> lookup(a, anyTransport)).orElse(PeerSettings.Lookup.ADDRESS),
                srtp,
                limits,
                probing,
                failOver,
                policy,
                account,
                match,
                identity,
                realm,
                kind);
        byPath.put(keys.path(), peer);
        return peer;
    }

    /** What is on the air in an office is in the clear nowhere. */
    private static void isEncrypted(Section keys, Kind kind, Transport transport, Srtp srtp) {
        String of = " does not go with kind=" + kind.name().toLowerCase(Locale.ROOT);
        if (transport != Transport.TLS) {
            keys.problem(
                    "transport",
                    "=" + transport.name().toLowerCase(Locale.ROOT) + of + ", which has SIP over TLS only; write tls");
        }
        if (srtp == Srtp.FORBID || srtp == Srtp.PREFER) {
            keys.problem(
                    "srtp",
                    "=" + srtp.name().toLowerCase(Locale.ROOT) + of
                            + ", whose audio is never in the clear; write require, dtls or either");
        }
    }

    private String realm(Section keys) {
        String remedy = realms.isEmpty()
                ? "there is no section realms: leave the key out"
                : "write " + String.join(" or ", realms);
        if (!realms.isEmpty()) {
            keys.missing("realm", remedy + ": the network that it is in");
        }
        return keys.text("realm", "a name of realms", remedy, text -> Optional.of(text)
                        .filter(realms::contains))
                .orElse(Realm.DEFAULT);
    }

    /** RFC 3263 §4.1, §4.2: an address or a port that is written down is taken as it is. */
    private static PeerSettings.Lookup lookup(HostPort address, boolean anyTransport) {
        boolean isName = address.port().isEmpty()
                && HostPort.literal(address.host()).isEmpty()
                && !address.host().equals("localhost");
        if (!isName) {
            return PeerSettings.Lookup.ADDRESS;
        }
        return anyTransport ? PeerSettings.Lookup.NAPTR : PeerSettings.Lookup.SRV;
    }

    private static PeerSettings.Limits limits(Section keys) {
        OptionalInt calls = keys.integer("max-calls", 1, MOST_CALLS, "without the key only sip.max-calls bounds it");
        OptionalInt rate =
                keys.integer("calls-per-second", 1, MOST_CALLS_A_SECOND, "without the key nothing bounds it");
        OptionalInt burst = keys.integer("burst", 1, MOST_CALLS_A_SECOND, "without the key it is calls-per-second");
        if (burst.isPresent() && rate.isEmpty()) {
            keys.problem("burst", " bounds nothing without calls-per-second; write that too, or leave this out");
        }
        return new PeerSettings.Limits(
                calls,
                rate.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new PeerSettings.Rate(rate.getAsInt(), burst.orElse(rate.getAsInt()))));
    }

    private static Optional<PeerSettings.Probing> probing(Section keys) {
        Optional<Duration> every = keys.duration(
                "options-every", Duration.ofSeconds(1), Duration.ofMinutes(10), "without the key nobody is asked");
        int down = keys.integer("down-after", 3, 1, 20);
        int up = keys.integer("up-after", 2, 1, 20);
        return every.map(period -> new PeerSettings.Probing(period, down, up));
    }

    private static PeerSettings.FailOver failOver(Section keys) {
        Set<Integer> statuses = keys.text(
                        "fail-over-on",
                        "response codes from 400 to 699, or such as 5xx, with spaces between",
                        "write such as 408 503 5xx; without the key it is 401 407 408 500 502 503 504",
                        PeerReader::statuses)
                .orElse(PeerSettings.FailOver.USUAL.statuses());
        Duration tryFor = keys.duration(
                "try-for",
                PeerSettings.FailOver.USUAL.tryFor(),
                Duration.ofMillis(500),
                Duration.ofSeconds(32)); // 64 T1: then the transaction is over anyway, RFC 3261 §17.1.1.2
        return new PeerSettings.FailOver(statuses, tryFor);
    }

    private static Optional<Set<Integer>> statuses(String text) {
        Set<Integer> statuses = new TreeSet<>();
        for (String word : text.split(" +")) {
            if (word.matches("[456]xx")) {
                int first = (word.charAt(0) - '0') * 100;
                for (int status = first; status < first + 100; status++) {
                    statuses.add(status);
                }
            } else if (word.matches("[456]\\d\\d")) {
                statuses.add(Integer.parseInt(word));
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(statuses);
    }
}
