package sotto.proxy.config;

import com.google.re2j.Pattern;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import sotto.proxy.config.PeerPolicy.Action;
import sotto.proxy.config.PeerPolicy.HeaderRule;
import sotto.proxy.config.PeerPolicy.NumberRule;
import sotto.proxy.config.PeerPolicy.Party;
import sotto.proxy.config.PeerPolicy.Phones;
import sotto.proxy.config.PeerPolicy.Rules;
import sotto.proxy.config.PeerSettings.Srtp;
import sotto.proxy.guard.AddressRange;
import sotto.proxy.sdp.CodecPolicy;
import sotto.proxy.sdp.RtcpXr;

/** Reads those keys of a peer's section that say what gets through. One thread. */
final class PolicyReader {
    private static final String NUMBER_PART = "[A-Za-z0-9+*#._-]{0,64}";
    private static final String NUMBER_REPLACEMENT = "[A-Za-z0-9+*#._$-]{1,64}";
    private static final String HEADER = "[A-Za-z][A-Za-z0-9-]{1,63}"; // not the compact forms
    private static final String VALUE = "[^\\p{Cntrl}]{1,256}";
    private static final String EVENT = "telephone-event";
    private static final List<String> KNOWN =
            List.of("PCMA", "PCMU", "G722", "G729", "opus", "iLBC", "GSM", "AMR", "AMR-WB", "EVS", "speex", EVENT);
    private static final String CODECS = String.join(", ", KNOWN) + ", with spaces between";
    private static final String QUOTES = "; it is one of RE2, in quotes where it has , [ { or #";

    /** What dialogs, routing, bodies and authentication are made of: ours on each side. */
    private static final Set<String> OURS = Set.of(
            "accept",
            "allow",
            "authentication-info",
            "authorization",
            "call-id",
            "contact",
            "content-disposition",
            "content-encoding",
            "content-length",
            "content-type",
            "cseq",
            "event",
            "expires",
            "flow-timer",
            "from",
            "join",
            "max-forwards",
            "mime-version",
            "min-se",
            "p-preferred-identity",
            "path",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-require",
            "rack",
            "record-route",
            "refer-to",
            "replaces",
            "require",
            "retry-after",
            "route",
            "rseq",
            "service-route",
            "session-expires",
            "subscription-state",
            "supported",
            "target-dialog",
            "timestamp",
            "to",
            "unsupported",
            "via",
            "www-authenticate");

    private static final Set<String> OF_IDENTITY =
            Set.of("p-asserted-identity", "privacy", "diversion", "history-info");

    private static final java.util.regex.Pattern TYPE =
            java.util.regex.Pattern.compile("[a-z0-9.+-]{1,64}/[a-z0-9.+-]{1,64}");
    private static final java.util.regex.Pattern KEYS =
            java.util.regex.Pattern.compile("dtmf|digit|tone|telephone|keypad|kpml|multipart|message/|\\bsdp");
    private static final String INFO_TYPES = "media types other than those of keys, with spaces between";
    private static final String INFO_REMEDY =
            "write such as application/vnd.example+xml; application/dtmf-relay and its like never cross, for they may be"
                    + " a card number; without the key none";

    private static final int MOST_BINDINGS = 50_000;
    private static final int MOST_PER_USER = 50;

    private PolicyReader() {}

    /** @param phones what the section says of them */
    static PeerPolicy policy(Section keys, Optional<PeerPolicy.Phones> phones) {
        boolean trusts = keys.flag("trust-identity", false);
        CodecPolicy codecs = codecs(keys);
        PeerPolicy.Requests requests = new PeerPolicy.Requests(
                keys.choice("refer", PeerPolicy.Refer.REFUSE),
                keys.text("info-types", INFO_TYPES, INFO_REMEDY, PolicyReader::infoTypes)
                        .orElse(Set.of()),
                keys.flag("messages", false));
        RtcpXr xr = keys.choice("rtcp-xr", RtcpXr.ASKED);
        return new PeerPolicy(trusts, rules(keys, "-in"), rules(keys, "-out"), codecs, xr, requests, phones);
    }

    /** No key press may get past the mask in a message, whatever it is called. */
    private static Optional<Set<String>> infoTypes(String text) {
        Set<String> types = Set.of(text.toLowerCase(Locale.ROOT).split(" +"));
        return types.stream()
                        .allMatch(type -> TYPE.matcher(type).matches()
                                && !KEYS.matcher(type).find())
                ? Optional.of(types)
                : Optional.empty();
    }

    private static Rules rules(Section keys, String direction) {
        List<NumberRule> numbers = new ArrayList<>();
        List<HeaderRule> headers = new ArrayList<>();
        keys.section("numbers" + direction).named().values().forEach(rule -> number(rule)
                .ifPresent(numbers::add));
        keys.section("headers" + direction).named().values().forEach(rule -> header(rule)
                .ifPresent(headers::add));
        return new Rules(numbers, headers);
    }

    private static Optional<Pattern> match(Section keys, String whole) {
        return keys.text(
                "match", "a regular expression", "write what fits the whole " + whole + QUOTES, Substitution::compile);
    }

    private static Optional<NumberRule> number(Section keys) {
        Party of = keys.choice("of", Party.BOTH);
        Optional<Pattern> match = match(keys, "number, such as 00(.*)");
        Optional<String> prefix = keys.text(
                "prefix",
                "the beginning of a number",
                "write digits, letters, + * # . _ -",
                text -> text.matches(NUMBER_PART) ? Optional.of(text) : Optional.empty());
        Optional<String> replace = keys.text(
                "replace",
                "part of a number",
                "write digits, letters, + * # . _ - and, with match, $1 to $9 for its groups",
                text -> text.matches(NUMBER_REPLACEMENT) ? Optional.of(text) : Optional.empty());
        keys.end();
        if (keys.has("match") == keys.has("prefix")) {
            keys.problem(
                    "match",
                    keys.has("match")
                            ? " and prefix are both here; keep the one that says it"
                            : " is missing; write it, or prefix: which numbers the rule is for");
            return Optional.empty();
        }
        if (match.isPresent()) {
            keys.missing("replace", "write what the number becomes, such as +$1");
            return replace.filter(text -> isReplacement(keys, "replace", match.get(), text))
                    .map(text -> new NumberRule(of, new Substitution(match.get(), text)));
        }
        String instead = replace.orElse("");
        if (instead.contains("$")) {
            keys.problem(
                    "replace", "=" + instead + " names a group, and prefix has none; write match instead of prefix");
            return Optional.empty();
        }
        return prefix.map(text -> new NumberRule(of, Substitution.ofPrefix(text, instead)));
    }

    private static Optional<HeaderRule> header(Section keys) {
        Optional<Action> action = keys.required("action", Action.PASS);
        keys.missing("header", "write the name of the header that the rule is for");
        Optional<String> name = keys.text(
                "header",
                "the long name of a header that may cross",
                "write such as X-Campaign; those of dialogs, routing, bodies and authentication are Sotto's own",
                text -> text.matches(HEADER) && !OURS.contains(text.toLowerCase(Locale.ROOT))
                        ? Optional.of(text)
                        : Optional.empty());
        Optional<Pattern> match = match(keys, "value, such as (.*)");
        Optional<String> value = keys.text(
                "value",
                "1 to 256 characters of one line",
                "write the value of the header, with rewrite and $1 to $9 for groups of match",
                text -> text.matches(VALUE) ? Optional.of(text) : Optional.empty());
        keys.end();
        if (action.isEmpty() || name.isEmpty() || !isWhole(keys, action.get(), name.get())) {
            return Optional.empty();
        }
        boolean writes = action.get() == Action.ADD || action.get() == Action.REWRITE;
        if ((writes && value.isEmpty()) || (keys.has("match") && match.isEmpty())) {
            return Optional.empty(); // noted
        }
        if (action.get() == Action.REWRITE && !isReplacement(keys, "value", match.orElseThrow(), value.orElseThrow())) {
            return Optional.empty();
        }
        return Optional.of(new HeaderRule(action.get(), name.get(), match, value.orElse("")));
    }

    /** Which keys go with which action. */
    private static boolean isWhole(Section keys, Action action, String name) {
        if (action == Action.PASS && OF_IDENTITY.contains(name.toLowerCase(Locale.ROOT))) {
            keys.problem(
                    "header",
                    "=" + name
                            + " is passed by trust-identity, which hides its hosts; set that on both peers, and leave"
                            + " this rule out");
            return false;
        }
        boolean writes = action == Action.ADD || action == Action.REWRITE;
        if (writes) {
            keys.missing("value", "write what the header says then");
        } else if (keys.has("value")) {
            keys.problem("value", " goes with add and rewrite only; leave it out, or rewrite in a second rule");
        }
        if (action == Action.REWRITE) {
            keys.missing("match", "write what fits the whole value, such as (.*)");
        } else if (action == Action.ADD && keys.has("match")) {
            keys.problem("match", " does not go with add, which adds to every message; leave it out");
        }
        return keys.has("value") == writes
                && (action != Action.REWRITE || keys.has("match"))
                && (action != Action.ADD || !keys.has("match"));
    }

    private static boolean isReplacement(Section keys, String key, Pattern match, String text) {
        boolean is = Substitution.isReplacement(match, text);
        if (!is) {
            keys.problem(
                    key,
                    "=" + Section.quoted(text) + " has a $ without the digit of a group of match, which has "
                            + match.groupCount() + "; put what is to be kept in ( )");
        }
        return is;
    }

    private static CodecPolicy codecs(Section keys) {
        Optional<List<String>> named = keys.text(
                "codecs",
                CODECS,
                "write those it may use, best first; without the key PCMA and PCMU",
                PolicyReader::names);
        Optional<List<String>> denied = keys.text(
                "codecs-denied", CODECS, "write those it may not use; without the key none", PolicyReader::names);
        boolean fax = keys.choice("t38", PeerPolicy.Fax.REFUSE) == PeerPolicy.Fax.PASS;
        List<String> order = audio(named.orElse(List.of()));
        Set<String> allowed = new LinkedHashSet<>(order.isEmpty() ? CodecPolicy.ANY.allowed() : order);
        allowed.removeAll(audio(denied.orElse(List.of())));
        if (Collections.disjoint(allowed, CodecPolicy.ANY.allowed()) || (named.isPresent() && order.isEmpty())) {
            keys.problem(
                    denied.isPresent() ? "codecs-denied" : "codecs",
                    " leaves neither PCMA nor PCMU, which secure-pay cannot do without; allow one of them");
            return CodecPolicy.ANY;
        }
        List<String> opaque = allowed.stream()
                .filter(name -> !CodecPolicy.ANY.allowed().contains(name))
                .toList();
        if (!opaque.isEmpty()) {
            keys.warning(
                    "codecs",
                    " lets " + String.join(" and ", opaque) + " pass, which cannot be decoded here: in such a call"
                            + " secure-pay mutes the caller, and the tap hears nothing");
        }
        if (named.isPresent() && !named.get().contains(EVENT)) {
            keys.warning(
                    "codecs",
                    " leaves out telephone-event: keys come as tones in the audio then; add it unless you mean that");
        }
        boolean event = named.map(names -> names.contains(EVENT)).orElse(true)
                && !denied.map(names -> names.contains(EVENT)).orElse(false);
        return new CodecPolicy(order, allowed, event, fax);
    }

    private static Optional<List<String>> names(String text) {
        List<String> names = List.of(text.split(" +"));
        return KNOWN.containsAll(names) ? Optional.of(names) : Optional.empty();
    }

    private static List<String> audio(List<String> names) {
        return names.stream().filter(name -> !name.equals(EVENT)).distinct().toList();
    }

    /**
     * Reads the section {@code phones} of a peer of the agents' side.
     *
     * @return empty where it is not there: nobody registers through us then
     */
    static Optional<Phones> phones(Section peer) {
        boolean isThere = peer.has("phones");
        Section keys = peer.section("phones");
        List<AddressRange> sources = GuardReader.ranges(keys, "sources", "nobody may register");
        if (isThere) {
            keys.missing("sources", "write the networks that phones are in, such as 10.0.0.0/8");
        }
        List<String> domains = keys.text(
                        "domains",
                        "host names and addresses, with spaces between",
                        "write those that phones have as their SIP domain; without the key it is the host of address",
                        PolicyReader::domains)
                .orElse(List.of());
        Srtp srtp = keys.choice("srtp", Srtp.REQUIRE);
        boolean path = keys.flag("path", false);
        int most = keys.integer("most", 1000, 1, MOST_BINDINGS);
        int perUser = keys.integer("most-per-user", 5, 1, MOST_PER_USER);
        Duration minute = Duration.ofMinutes(1);
        Duration expires = keys.duration("expires", Duration.ofHours(1), minute, Duration.ofDays(1));
        Duration natExpires = keys.duration("nat-expires", minute, Duration.ofSeconds(10), Duration.ofHours(1));
        Duration keepAlive =
                keys.duration("keep-alive", Duration.ofSeconds(25), Duration.ofSeconds(5), Duration.ofMinutes(10));
        keys.end();
        return isThere
                ? Optional.of(new Phones(sources, domains, srtp, path, most, perUser, expires, natExpires, keepAlive))
                : Optional.empty();
    }

    private static Optional<List<String>> domains(String text) {
        List<String> domains = new ArrayList<>();
        for (String word : text.split(" +")) {
            HostPort.parse(word)
                    .filter(host -> host.port().isEmpty())
                    .ifPresent(host -> domains.add(host.host().toLowerCase(Locale.ROOT)));
        }
        return domains.size() == text.split(" +").length ? Optional.of(domains) : Optional.empty();
    }
}
