package sotto.proxy.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import sotto.proxy.realm.Clashes;
import sotto.proxy.realm.Realm;
import sotto.proxy.realm.Realms;

/** Reads the section {@code realms}. One thread. */
final class RealmReader {
    private static final String NAME = "[A-Za-z0-9_-]{1,32}";
    private static final int FIRST_PORT = 20_000;
    private static final int LAST_PORT = 29_999;

    private final Findings findings;

    RealmReader(Findings findings) {
        this.findings = findings;
    }

    /** Ports of RTP; the usual ones where what stands there is wrong. */
    record Ports(int first, int last) {}

    /** Empty where the file has none, and all is one network. */
    List<Realm> realms(Section whole) {
        if (!whole.has("realms")) {
            return List.of();
        }
        boolean isTls = whole.section("sip").has("tls");
        List<Realm> realms = new ArrayList<>();
        for (Map.Entry<String, Section> entry : whole.section("realms").named().entrySet()) {
            if (!entry.getKey().matches(NAME)) {
                whole.section("realms")
                        .problem(
                                entry.getKey(),
                                " is no name; it is a label in metrics: 1 to 32 letters, digits, - and _");
            }
            realms.add(realm(entry.getValue(), entry.getKey(), isTls));
        }
        if (realms.isEmpty()) {
            whole.problem("realms", " names no network; write a section with bind for each, by name, or leave it out");
        }
        unused(whole);
        return realms;
    }

    private Realm realm(Section keys, String name, boolean isTls) {
        keys.missing("bind", "write our address in that network, in digits");
        boolean hasTlsPort = keys.has("tls-port");
        String bind = ConfigReader.bind(keys, "127.0.0.1");
        Optional<String> advertise = ConfigReader.advertise(keys, "bind");
        int udp = keys.integer("udp-port", 5060, 1, 65535);
        int tcp = keys.integer("tcp-port", 5060, 1, 65535);
        int tls = keys.integer("tls-port", 5061, 1, 65535);
        OptionalInt ws = keys.integer("ws-port", 1, 65535, ConfigReader.NO_WEB_SOCKET);
        OptionalInt wss = keys.integer("wss-port", 1, 65535, ConfigReader.NO_WEB_SOCKET);
        Realm.Audio audio = audio(keys.section("media"), bind);
        keys.end();
        if (hasTlsPort && !isTls) {
            keys.problem("tls-port", "=" + tls + " needs certificates; add the section sip.tls");
        }
        if (wss.isPresent() && !isTls) {
            keys.problem("wss-port", "=" + wss.getAsInt() + " needs a certificate; add the section sip.tls");
        }
        return new Realm(
                name,
                new Realm.Signalling(
                        bind, advertise, udp, tcp, isTls ? OptionalInt.of(tls) : OptionalInt.empty(), ws, wss),
                audio);
    }

    private Realm.Audio audio(Section keys, String sipBind) {
        String bind = ConfigReader.bind(keys, sipBind);
        Optional<String> advertise = keys.text(
                "advertise",
                "an address in digits",
                "write the one that peers send RTP to; without the key it is what they are told for SIP",
                text -> HostPort.literal(text).map(InetAddress::getHostAddress).map(a -> text));
        Ports ports = ports(keys.section("ports"));
        keys.end();
        return new Realm.Audio(bind, advertise, ports.first(), ports.last());
    }

    /** Of a realm, or of the section {@code media}. */
    Ports ports(Section keys) {
        int first = keys.integer("first", FIRST_PORT, 1024, 65_534);
        int last = keys.integer("last", LAST_PORT, 1025, 65_535);
        boolean isRange = isRange(keys, first, last);
        keys.end();
        return isRange ? new Ports(first, last) : new Ports(FIRST_PORT, LAST_PORT);
    }

    /** Tells of each thing that is wrong with the range; a bound that was refused already says nothing more. */
    private boolean isRange(Section ports, int first, int last) {
        if (!isFine(ports)) {
            return false;
        }
        if (first % 2 != 0) {
            ports.problem(
                    "first",
                    "=" + first + " is odd; RTP takes the even port of a pair (RFC 3550 §11), use " + (first + 1));
        }
        if (last % 2 == 0) {
            ports.problem(
                    "last",
                    "=" + last + " is even; a pair ends with its odd RTCP port (RFC 3550 §11), use " + (last - 1));
        }
        if (last <= first) {
            ports.problem(
                    "last",
                    "=" + last + " is not above " + ports.path("first") + "=" + first
                            + "; a call takes two pairs, four ports");
        }
        return isFine(ports);
    }

    private boolean isFine(Section ports) {
        return findings.fine(ports.path("first"), ports.path("last"));
    }

    /** What stands elsewhere would say the same a second time, or something else. */
    private static void unused(Section whole) {
        Section sip = whole.section("sip");
        for (String key : List.of("bind", "advertise", "udp-port", "tcp-port", "ws-port", "wss-port")) {
            unused(sip, key, key);
        }
        unused(sip.section("tls"), "port", "tls-port");
        unused(whole.section("media"), "bind", "media.bind");
        unused(whole.section("media"), "ports", "media.ports");
    }

    private static void unused(Section section, String key, String inRealm) {
        if (section.has(key)) {
            section.problem(key, " is not used where there are realms; write " + inRealm + " in each, and not this");
        }
    }

    /** What realms cannot be together; only of those that are fine by themselves. */
    void check(Section whole, Realms realms, HttpSection http) {
        List<Realm> fine = realms.all().stream()
                .filter(realm -> findings.fineBelow("realms." + realm.name()))
                .toList();
        for (Clashes.Clash clash : Clashes.of(fine, http.bind(), http.port())) {
            Section at =
                    clash.realm().isEmpty() ? whole : whole.section("realms").section(clash.realm());
            String[] keys = clash.key().split("\\.");
            for (int i = 0; i < keys.length - 1; i++) {
                at = at.section(keys[i]);
            }
            at.problem(keys[keys.length - 1], clash.text());
        }
    }
}
