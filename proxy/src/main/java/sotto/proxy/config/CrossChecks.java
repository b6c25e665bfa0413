package sotto.proxy.config;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import sotto.pci.capture.PaymentSettings;
import sotto.pci.psp.connector.ConnectorSettings;
import sotto.pci.psp.stripe.StripeSettings;
import sotto.proxy.config.GatewaySection.Kind;
import sotto.proxy.config.HttpSection.MetricsAccess;
import sotto.proxy.config.PeerSettings.Srtp;
import sotto.proxy.config.PeerSettings.Transport;
import sotto.proxy.realm.Realm;
import sotto.proxy.realm.Realms;

/**
 * What two keys must not be together. A pair is only compared where each of the two is fine by itself.
 *
 * @param whole the file, for lines
 */
record CrossChecks(Section whole, Findings findings) {
    private static final int PAIRS_A_CALL = 2; // one a leg

    /** @param peers all of them, by whole path of their section */
    void check(SottoConfig config, Map<String, PeerSettings> peers) {
        Map<String, PeerSettings> before = new LinkedHashMap<>();
        peers.forEach((path, peer) -> {
            before.forEach((earlierPath, earlier) -> {
                pair(earlierPath, earlier, path, peer);
                matches(earlierPath, earlier, path, peer);
            });
            before.put(path, peer);
            peer(path, peer, config.sip());
            realm(path, peer, config.realms());
            certificate(path, peer, config.sip());
        });
        gateway(config.gateway());
        if (config.realms().isDefault()) {
            portsForCalls(config);
            sockets(config);
            addresses(config);
        } else {
            realms(config);
        }
        deadlines(config.securePay());
        exposure(config);
    }

    private void pair(String firstPath, PeerSettings first, String secondPath, PeerSettings second) {
        if (findings.fine(firstPath + ".address", secondPath + ".address")
                && first.realm().equals(second.realm())
                && first.host().equals(second.host())
                && first.port() == second.port()
                && first.match().isBySight()
                && first.match().equals(second.match())) {
            at(secondPath)
                    .problem(
                            "address",
                            "=" + shown(second) + " is " + firstPath + "'s too; nobody could tell who calls whom,"
                                    + " so give each its own host or port");
        }
        if (findings.fine(firstPath + ".name", secondPath + ".name")
                && first.name().equals(second.name())) {
            at(secondPath).problem("name", "=" + second.name() + " is " + firstPath + "'s too; metrics need two names");
        }
    }

    private void matches(String firstPath, PeerSettings first, String secondPath, PeerSettings second) {
        PeerMatch match = second.match();
        if (!match.source() && match.isBySight() && match.equals(first.match())) {
            at(secondPath)
                    .problem(
                            "match",
                            " is what " + firstPath
                                    + ".match is; nobody could tell who calls, so let one of the two show"
                                    + " something else");
        }
        if (!match.isBySight() && !first.match().isBySight() && user(first).equals(user(second))) {
            at(secondPath)
                    .problem(
                            "user",
                            "=" + user(second).orElse("") + " is " + firstPath
                                    + "'s too, and both are known by it; give" + " each its own");
        }
    }

    private static Optional<String> user(PeerSettings peer) {
        return peer.account().map(Account::user);
    }

    private void certificate(String section, PeerSettings peer, SipSettings sip) {
        if (peer.match().certificate().isPresent()
                && sip.tls().filter(SipSettings.Tls::requireClientCertificate).isEmpty()
                && findings.fine("sip.tls.key-store", "sip.tls.password-file", "sip.tls.trust-store")) {
            at(section + ".match")
                    .problem(
                            "certificate",
                            " is never shown: add the section sip.tls, with require-client-certificate: true");
        }
    }

    /** Of the network that a peer is in. */
    private void realm(String section, PeerSettings peer, Realms realms) {
        Optional<Realm> in = realms.find(peer.realm());
        if (in.isEmpty()) {
            return;
        }
        Realm.Signalling sip = in.get().sip();
        int own =
                switch (peer.transport()) {
                    case UDP -> sip.udpPort();
                    case TCP -> sip.tcpPort();
                    case TLS -> sip.tlsPort().orElse(0);
                };
        String path = realms.isDefault() ? "sip" : "realms." + in.get().name();
        if (findings.fine(
                        section + ".address",
                        path + ".bind",
                        path + ".udp-port",
                        path + ".tcp-port",
                        "sip.tls.port",
                        path + ".tls-port")
                && peer.port() == own
                && (peer.host().equals(sip.bind())
                        || peer.host().equals(sip.advertise().orElse("")))) {
            at(section)
                    .problem(
                            "address",
                            "=" + shown(peer) + " is Sotto's own SIP port; write the peer's, or move " + path + "."
                                    + (peer.transport() == Transport.UDP ? "udp-port" : "tcp-port"));
        }
        if (!realms.isDefault()
                && findings.fine(section + ".address", section + ".realm", path + ".bind")
                && HostPort.literal(peer.host())
                        .filter(address -> !in.get().reaches(address))
                        .isPresent()) {
            at(section)
                    .problem(
                            "address",
                            "=" + peer.host() + " is of another IP version than " + path + ".bind=" + sip.bind()
                                    + "; nothing could be sent there, so name its realm, or its address in that one");
        }
    }

    private void peer(String section, PeerSettings peer, SipSettings sip) {
        HostPort.literal(peer.host())
                .flatMap(address -> sip.guard().deny().stream()
                        .filter(range -> range.contains(address))
                        .findFirst())
                .ifPresent(range -> whole.section("sip")
                        .section("guard")
                        .problem(
                                "deny",
                                " names " + range + ", where peer " + peer.host() + " is, and that is let in whatever"
                                        + " stands here; take the range apart"));
        if (peer.transport() == Transport.TLS
                && sip.tls().isEmpty()
                && !whole.section("sip").has("tls")) {
            at(section).problem("transport", "=tls needs certificates; add the section sip.tls");
        }
        if (peer.srtp() != Srtp.FORBID && peer.transport() != Transport.TLS && !HostPort.isLoopback(peer.host())) {
            at(section)
                    .warning(
                            "transport",
                            "=" + peer.transport().name().toLowerCase(java.util.Locale.ROOT)
                                    + (peer.srtp() == Srtp.DTLS
                                            ? " lets who can change SIP on the way put in a fingerprint of its own"
                                                    + " (RFC 8122 §7) and decrypt the audio"
                                            : " carries the SRTP keys in clear (RFC 4568 §8.3): who can read SIP on the"
                                                    + " way can decrypt the audio")
                                    + "; use tls unless that way is yours alone");
        }
    }

    private void gateway(GatewaySection gateway) {
        if (!findings.fine("gateway.kind", "gateway.url", "gateway.credential-file", "gateway.timeout")) {
            return;
        }
        try {
            if (gateway.kind() == Kind.CONNECTOR) {
                new ConnectorSettings(gateway.url(), gateway.credentialFile(), gateway.timeout());
            } else {
                new StripeSettings(gateway.url(), gateway.credentialFile().orElseThrow(), gateway.timeout());
            }
        } catch (IllegalArgumentException e) {
            problem("gateway", "url", ": " + e.getMessage());
        }
    }

    private void portsForCalls(SottoConfig config) {
        MediaSection media = config.media();
        Section ports = whole.section("media").section("ports");
        int calls = (media.lastPort() - media.firstPort() + 1) / 2 / PAIRS_A_CALL;
        if (findings.fine("media.ports.first", "media.ports.last", "sip.max-calls")
                && calls < config.sip().maxCalls()) {
            ports.warning(
                    "last",
                    "=" + media.lastPort() + " leaves ports for " + calls + " calls, but sip.max-calls="
                            + config.sip().maxCalls() + "; calls above get 503, so widen the one or lower the other");
        }
    }

    private void realms(SottoConfig config) {
        new RealmReader(findings).check(whole, config.realms(), config.http());
        for (Realm realm : config.realms().all()) {
            Section keys = whole.section("realms").section(realm.name());
            int legs = config.peering().legsIn(realm.name());
            int calls = (realm.audio().lastPort() - realm.audio().firstPort() + 1) / 2 / Math.max(1, legs);
            if (calls < config.sip().maxCalls()) {
                keys.section("media")
                        .section("ports")
                        .warning(
                                "last",
                                "=" + realm.audio().lastPort() + " leaves ports for " + calls
                                        + " calls, but sip.max-calls="
                                        + config.sip().maxCalls()
                                        + "; calls above get 503, so widen the one or lower the other");
            }
            if (config.realms().all().size() > 1 && isWildcard(realm.sip().bind())) {
                keys.warning(
                        "bind",
                        "=" + realm.sip().bind() + " is reached from every network that this machine is in; write its"
                                + " address in this one");
            }
        }
    }

    /** Ports that the program itself would take twice. */
    private void sockets(SottoConfig config) {
        SipSettings sip = config.sip();
        MediaSection media = config.media();
        if (findings.fine("sip.bind", "media.bind", "sip.udp-port", "media.ports.first", "media.ports.last")
                && overlap(sip.bind(), media.bind())
                && sip.udpPort() >= media.firstPort()
                && sip.udpPort() <= media.lastPort()) {
            problem(
                    "sip",
                    "udp-port",
                    "=" + sip.udpPort() + " is one of the media ports " + media.firstPort() + ".." + media.lastPort()
                            + "; move one of the two");
        }
        Map<Integer, String> tcp = new LinkedHashMap<>();
        tcp.put(sip.tcpPort(), "sip.tcp-port");
        sip.tls().ifPresent(tls -> {
            String other = tcp.putIfAbsent(tls.port(), "sip.tls.port");
            if (other != null && findings.fine("sip.tls.port", other)) {
                whole.section("sip")
                        .section("tls")
                        .problem("port", "=" + tls.port() + " is taken by " + other + "; each needs its own");
            }
        });
        String other = tcp.get(config.http().port());
        if (other != null
                && findings.fine("http.port", "http.bind", "sip.bind", other)
                && overlap(config.http().bind(), sip.bind())) {
            problem("http", "port", "=" + config.http().port() + " is taken by " + other + "; each needs its own");
        }
    }

    private void addresses(SottoConfig config) {
        SipSettings sip = config.sip();
        if (!findings.fine("sip.bind", "sip.advertise", "media.bind")
                || sip.advertise().isPresent()) {
            return;
        }
        if (isWildcard(sip.bind())) {
            problem(
                    "sip",
                    "bind",
                    "=" + sip.bind() + " is every address, and peers must be told one; add sip.advertise");
        } else if (!config.media().bind().equals(sip.bind())
                && !isWildcard(config.media().bind())) {
            problem(
                    "media",
                    "bind",
                    "=" + config.media().bind() + " is not what peers are told in SDP, which is sip.bind=" + sip.bind()
                            + "; make them one, or add sip.advertise");
        }
    }

    private void deadlines(PaymentSettings pay) {
        if (findings.fine("secure-pay.inter-digit", "secure-pay.field")
                && pay.interDigit().compareTo(pay.field()) > 0) {
            problem(
                    "secure-pay",
                    "inter-digit",
                    "=" + Section.text(pay.interDigit()) + " is longer than" + " secure-pay.field="
                            + Section.text(pay.field()) + "; a pause is part of a field");
        }
        if (findings.fine("secure-pay.field", "secure-pay.session")
                && pay.field().compareTo(pay.session()) > 0) {
            problem(
                    "secure-pay",
                    "field",
                    "=" + Section.text(pay.field()) + " is longer than secure-pay.session="
                            + Section.text(pay.session()) + "; a field is part of a session");
        }
    }

    private void exposure(SottoConfig config) {
        HttpSection http = config.http();
        if (HostPort.isLoopback(http.bind())) {
            return;
        }
        Section keys = whole.section("http");
        keys.warning(
                "bind",
                "=" + http.bind() + " is reached from other machines, and tokens cross in clear; put a TLS"
                        + " proxy in front and bind to 127.0.0.1");
        if (http.metrics() == MetricsAccess.OPEN) {
            keys.warning(
                    "metrics",
                    "=open shows call and payment counts to everybody who reaches " + http.bind() + "; use token");
        }
    }

    private void problem(String section, String key, String text) {
        whole.section(section).problem(key, text);
    }

    private Section at(String path) {
        Section section = whole;
        for (String key : path.split("\\.")) {
            section = section.section(key);
        }
        return section;
    }

    private static String shown(PeerSettings peer) {
        return peer.host() + ":" + peer.port();
    }

    private static boolean overlap(String bind, String other) {
        return bind.equals(other) || isWildcard(bind) || isWildcard(other);
    }

    private static boolean isWildcard(String bind) {
        return HostPort.literal(bind).map(InetAddress::isAnyLocalAddress).orElse(false);
    }

    /** True for an address that a socket of this machine can bind to. */
    static boolean isOurs(InetAddress address) {
        try {
            return address.isAnyLocalAddress()
                    || address.isLoopbackAddress()
                    || Optional.ofNullable(NetworkInterface.getByInetAddress(address))
                            .isPresent();
        } catch (SocketException e) {
            return true; // cannot tell: binding will
        }
    }
}
