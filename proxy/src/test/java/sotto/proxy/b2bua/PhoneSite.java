package sotto.proxy.b2bua;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import sotto.proxy.config.Account;
import sotto.proxy.config.PeerPolicy;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.Peering;
import sotto.proxy.guard.AddressRange;
import sotto.proxy.guard.GuardSettings;
import sotto.proxy.location.LocationService;

/** A carrier, a PBX, and a phone at 127.0.0.2 that says that it is elsewhere, as one behind an address translator does. */
final class PhoneSite implements AutoCloseable {
    static final String INSIDE = "sip:1001@192.168.7.5:5062;line=a1";
    static final String CHALLENGE =
            "Digest realm=\"pbx.example\", nonce=\"n1/+a==\", algorithm=MD5, qop=\"auth\", opaque=\"x\"";
    static final String CREDENTIALS = "Digest username=\"1001\", realm=\"pbx.example\", nonce=\"n1/+a==\","
            + " uri=\"sip:pbx.example\", response=\"0123456789abcdef0123456789abcdef\", algorithm=MD5,"
            + " cnonce=\"c\", qop=auth, nc=00000001, opaque=\"x\"";
    static final String AOR = "1001@pbx.example";

    final Rig.Ports ports = Rig.freePorts();
    final RawPeer carrier = new RawPeer(ports.sip());
    final RawPeer pbx = new RawPeer(ports.sip());
    final RawPeer phone = new RawPeer(InetAddress.getByName("127.0.0.2"), ports.sip());
    final Path registrations;
    private Optional<Rig> rig = Optional.empty();

    /** @param registrations file where they are kept */
    PhoneSite(Path registrations) throws IOException {
        this.registrations = registrations;
    }

    Rig rig() {
        return rig.orElseThrow();
    }

    @Override
    public void close() {
        rig.ifPresent(Rig::close);
        List.of(carrier, pbx, phone).forEach(RawPeer::close);
    }

    static PeerPolicy.Phones rule(boolean path, int most, int perUser, Duration keepAlive) {
        return rule(PeerSettings.Srtp.FORBID, path, most, perUser, keepAlive);
    }

    /** One whose phones are encrypted, by that policy. */
    static PeerPolicy.Phones rule(PeerSettings.Srtp srtp) {
        return rule(srtp, false, 10, 3, Duration.ofMinutes(1));
    }

    private static PeerPolicy.Phones rule(
            PeerSettings.Srtp srtp, boolean path, int most, int perUser, Duration keepAlive) {
        return new PeerPolicy.Phones(
                List.of(
                        AddressRange.parse("127.0.0.2").orElseThrow(),
                        AddressRange.parse("127.0.0.3").orElseThrow()),
                List.of("pbx.example"),
                srtp,
                path,
                most,
                perUser,
                Duration.ofHours(1),
                Duration.ofMinutes(1),
                keepAlive);
    }

    LocationService start(PeerPolicy.Phones rule) throws IOException {
        return start(rule, Optional.empty(), GuardSettings.OFF);
    }

    /** @param account by which the PBX knows us, beside its phones */
    LocationService start(PeerPolicy.Phones rule, Optional<Account> account, GuardSettings guard) throws IOException {
        Peering peering = Peering.of(
                Rig.peer("carrier", carrier.port(), PeerSettings.Transport.UDP),
                Rig.peer("pbx", pbx.port(), PeerSettings.Transport.UDP, account).with(PeerPolicy.USUAL.with(rule)));
        Rig started = new Rig(
                ports,
                new Rig.Options(peering, Duration.ofSeconds(60), 100, Optional.empty(), registrations),
                Duration.ofMinutes(5),
                List.of(),
                guard);
        rig = Optional.of(started);
        return started.calls.phones().orElseThrow();
    }

    LocationService start() throws IOException {
        return start(rule(false, 10, 3, Duration.ofMinutes(1)));
    }

    String register(String name, int cseq, String contact, String more) {
        return register(phone.port(), name, cseq, contact, more);
    }

    /** @param contact the whole header line, or nothing */
    static String register(int port, String name, int cseq, String contact, String more) {
        return "REGISTER sip:pbx.example SIP/2.0\r\n"
                + "Via: SIP/2.0/UDP 192.168.7.5:" + port + ";rport;branch=z9hG4bK" + name + cseq + "\r\n"
                + "Max-Forwards: 70\r\n"
                + "From: \"Ann\" <sip:1001@pbx.example>;tag=f" + name + "\r\n"
                + "To: \"Ann\" <sip:1001@pbx.example>\r\n"
                + "Call-ID: " + name + "@192.168.7.5\r\n"
                + "CSeq: " + cseq + " REGISTER\r\n"
                + (contact.isEmpty() ? "" : "Contact: " + contact + "\r\n")
                + more
                + "Content-Length: 0\r\n\r\n";
    }

    /** The answer to a REGISTER: 200 with the Contact that was in it, for so long. */
    static String granted(String register, int seconds, String more) {
        String contact = RawPeer.header(register, "Contact").replaceFirst(";expires=\\d+", "");
        return RawPeer.response(register, "200 OK", "reg", contact + ";expires=" + seconds, "")
                .replace("Content-Length", more + "Content-Length");
    }

    static String plus(String response, String header) {
        return response.replace("Content-Length", header + "\r\nContent-Length");
    }

    static String refused(String register, String status, String header) {
        return plus(
                RawPeer.response(register, status, "reg", "<sip:pbx@127.0.0.1>", "")
                        .replaceFirst("Contact: .*\r\n", ""),
                header);
    }

    /** The phone is registered; what the PBX knows it by. */
    String registered(String name) {
        long before = phone.countWith("SIP/2.0 200", "REGISTER");
        phone.send(register(name, 1, "<" + INSIDE + ">", "Expires: 600\r\n"));
        String there = pbx.awaitWith("REGISTER ", "CSeq: 1 REGISTER");
        pbx.send(granted(there, 600, ""));
        Rig.until("200", () -> phone.countWith("SIP/2.0 200", "REGISTER") > before);
        return uri(RawPeer.header(there, "Contact"));
    }

    static String uri(String contact) {
        return contact.replaceFirst("^[^<]*<([^>]+)>.*", "$1");
    }

    String call(RawPeer from, String uri, String name) {
        String invite = from.request("INVITE", uri, name, "<" + uri + ">", 1, "", from.sdp("sendrecv"));
        from.send(invite);
        return invite;
    }

    String invite(String name, int cseq, String more) {
        return invite(name, cseq, more, phone.sdp("sendrecv"));
    }

    String invite(String name, int cseq, String more, String sdp) {
        return phone.request("INVITE", "sip:+4930@pbx.example", name, "<sip:+4930@pbx.example>", cseq, more, "")
                        .replace(
                                "Content-Length: 0", "Content-Type: application/sdp\r\nContent-Length: " + sdp.length())
                        .replace("<sip:ann@127.0.0.1>", "<sip:1001@pbx.example>")
                        .replaceFirst("Contact: .*\r\n", "Contact: <" + INSIDE + ">\r\n")
                + sdp;
    }
}
