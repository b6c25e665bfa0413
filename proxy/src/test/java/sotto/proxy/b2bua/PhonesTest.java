package sotto.proxy.b2bua;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import sotto.proxy.guard.Cause;
import sotto.proxy.guard.GuardSettings;
import sotto.proxy.location.BindingView;
import sotto.proxy.location.LocationService;
import sotto.proxy.location.Result;

/** Phones that register at a PBX through us: the REGISTER rows of {@link LocationService}. */
final class PhonesTest {
    private final PhoneSite site;

    PhonesTest(@TempDir Path directory) throws IOException {
        site = new PhoneSite(directory.resolve("registrations"));
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void aRegistrationCrossesWithItsDigestAndHidesThePhone() throws IOException {
        LocationService phones = site.start();
        site.phone.send(site.register("r", 1, "<" + PhoneSite.INSIDE + ">", "Expires: 7200\r\n"));
        String bare = site.pbx.await("REGISTER ");
        assertThat(RawPeer.firstLine(bare)).isEqualTo("REGISTER sip:pbx.example SIP/2.0");
        assertThat(RawPeer.header(bare, "To")).isEqualTo("\"Ann\" <sip:1001@pbx.example>");
        assertThat(RawPeer.header(bare, "From")).startsWith("\"Ann\" <sip:1001@pbx.example>;tag=");
        assertThat(RawPeer.header(bare, "Expires")).isEqualTo("3600");
        assertThat(RawPeer.header(bare, "Max-Forwards")).isEqualTo("69");
        assertThat(RawPeer.header(bare, "Contact"))
                .matches("<sip:sx[a-p]{32}@127\\.0\\.0\\.1:" + site.ports.sip() + ">;expires=3600");
        assertThat(bare).doesNotContain("192.168.7.5", "127.0.0.2", "line=a1", ";tag=fr", "Path:");
        site.pbx.send(PhoneSite.refused(bare, "401 Unauthorized", "WWW-Authenticate: " + PhoneSite.CHALLENGE));
        String challenged = site.phone.await("SIP/2.0 401");
        assertThat(RawPeer.header(challenged, "WWW-Authenticate").replace(", ", ","))
                .isEqualTo(PhoneSite.CHALLENGE.replace(", ", ","));
        assertThat(phones.views()).isEmpty();

        site.phone.send(site.register(
                "r",
                2,
                "<" + PhoneSite.INSIDE + ">",
                "Expires: 7200\r\nAuthorization: " + PhoneSite.CREDENTIALS + "\r\n"));
        String second = site.pbx.await("REGISTER ", 2);
        assertThat(RawPeer.header(second, "Authorization").replace(", ", ","))
                .isEqualTo(PhoneSite.CREDENTIALS.replace(", ", ","));
        assertThat(RawPeer.header(second, "Call-ID")).isEqualTo(RawPeer.header(bare, "Call-ID"));
        assertThat(RawPeer.header(second, "CSeq")).isEqualTo("2 REGISTER");
        assertThat(RawPeer.header(second, "Contact")).isEqualTo(RawPeer.header(bare, "Contact"));
        site.pbx.send(PhoneSite.granted(second, 1800, ""));
        String ok = site.phone.await("SIP/2.0 200");
        assertThat(RawPeer.header(ok, "Contact")).isEqualTo("<" + PhoneSite.INSIDE + ">;expires=60");
        BindingView view = phones.views().getFirst();
        assertThat(view.record()).isEqualTo(PhoneSite.AOR);
        assertThat(view.contact()).isEqualTo("sip:1001@192.168.7.5:5062");
        assertThat(view.received()).isEqualTo("127.0.0.2:" + site.phone.port());
        assertThat(view.isNat()).isTrue();
        assertThat(phones.total(Result.CHALLENGED)).isEqualTo(1);
        assertThat(phones.total(Result.ADDED)).isEqualTo(1);
    }

    @Test
    void allContactsAreTakenBackTogether() throws IOException {
        LocationService phones = site.start();
        site.registered("r");
        site.phone.send(site.register("r", 2, "*", "Expires: 0\r\n"));
        String all = site.pbx.awaitWith("REGISTER ", "CSeq: 2 REGISTER");
        assertThat(RawPeer.header(all, "Contact")).isEqualTo("*");
        assertThat(RawPeer.header(all, "Expires")).isEqualTo("0");
        site.pbx.send(PhoneSite.refused(all, "200 OK", "Date: Mon, 30 Nov 2026 12:00:00 GMT"));
        Rig.until("gone", () -> phones.views().isEmpty());
        site.phone.send(site.register("r", 3, "*", "Expires: 60\r\n"));
        site.phone.await("SIP/2.0 400");
        assertThat(site.pbx.count("REGISTER ")).isEqualTo(2);
    }

    @Test
    void whatThePbxRefusesIsTold() throws IOException {
        LocationService phones = site.start();
        site.phone.send(site.register("r", 1, "<" + PhoneSite.INSIDE + ">;expires=5", ""));
        String brief = site.pbx.await("REGISTER ");
        assertThat(RawPeer.header(brief, "Contact")).endsWith(";expires=5");
        site.pbx.send(PhoneSite.refused(brief, "423 Interval Too Brief", "Min-Expires: 120"));
        assertThat(RawPeer.header(site.phone.await("SIP/2.0 423"), "Min-Expires"))
                .isEqualTo("120");
        site.phone.send(site.register("r", 2, "<" + PhoneSite.INSIDE + ">", ""));
        site.pbx.send(
                PhoneSite.refused(site.pbx.awaitWith("REGISTER ", "CSeq: 2 REGISTER"), "403 Forbidden", "X-Y: z"));
        site.phone.await("SIP/2.0 403");
        site.phone.send(site.register("r", 3, "<" + PhoneSite.INSIDE + ">", ""));
        site.pbx.send(PhoneSite.refused(
                site.pbx.awaitWith("REGISTER ", "CSeq: 3 REGISTER"),
                "302 Moved",
                "Contact: <sip:1001@elsewhere.example>"));
        site.phone.await("SIP/2.0 500");
        assertThat(phones.total(Result.REFUSED)).isEqualTo(3);
        assertThat(phones.views()).isEmpty();
    }

    @Test
    void whoMayNotIsNotLetThrough() throws IOException {
        LocationService phones = site.start();
        try (RawPeer elsewhere = new RawPeer(InetAddress.getByName("127.0.0.4"), site.ports.sip())) {
            elsewhere.send(PhoneSite.register(elsewhere.port(), "s", 1, "<sip:1001@127.0.0.4>", ""));
            elsewhere.await("SIP/2.0 403");
        }
        site.phone.send(
                site.register("d", 1, "<" + PhoneSite.INSIDE + ">", "").replace("pbx.example", "other.example"));
        site.phone.await("SIP/2.0 404");
        site.phone.send(
                site.register("h", 1, "<" + PhoneSite.INSIDE + ">", "").replace("Max-Forwards: 70", "Max-Forwards: 0"));
        site.phone.await("SIP/2.0 483");
        site.phone.send(site.register("q", 1, "<" + PhoneSite.INSIDE + ">", "Require: path\r\n"));
        assertThat(RawPeer.header(site.phone.await("SIP/2.0 420"), "Unsupported"))
                .isEqualTo("path");
        assertThat(site.pbx.count("REGISTER ")).isZero();
        assertThat(phones.total(Result.BAD)).isEqualTo(3);
        site.call(site.phone, "sip:+4930@pbx.example", "n"); // nobody registered it
        site.phone.await("SIP/2.0 403 ", 1);
        assertThat(site.pbx.count("INVITE ")).isZero();
    }

    @Test
    void thereIsRoomForSoMany() throws IOException {
        LocationService phones = site.start(PhoneSite.rule(false, 2, 1, Duration.ofMinutes(1)));
        site.registered("r");
        site.phone.send(site.register("r", 2, "<sip:1001@192.168.7.6>", ""));
        site.phone.await("SIP/2.0 403");
        site.phone.send(
                site.register("b", 3, "<" + PhoneSite.INSIDE + ">", "").replace("sip:1001@pbx", "sip:1002@pbx"));
        site.pbx.send(PhoneSite.granted(site.pbx.awaitWith("REGISTER ", "CSeq: 3 REGISTER"), 600, ""));
        Rig.until("two", () -> phones.views().size() == 2);
        site.phone.send(
                site.register("c", 4, "<" + PhoneSite.INSIDE + ">", "").replace("sip:1001@pbx", "sip:1003@pbx"));
        assertThat(RawPeer.header(site.phone.await("SIP/2.0 503"), "Retry-After"))
                .isEqualTo("30");
        site.phone.send(site.register("r", 5, "<" + PhoneSite.INSIDE + ">", "")); // who is there may stay
        site.pbx.send(PhoneSite.granted(site.pbx.awaitWith("REGISTER ", "CSeq: 5 REGISTER"), 600, ""));
        Rig.until("renewed", () -> phones.total(Result.RENEWED) == 1);
        assertThat(phones.total(Result.FULL)).isEqualTo(2);
    }

    @Test
    void aPhoneBehindNatIsAskedToAnswer() throws IOException {
        LocationService phones = site.start(PhoneSite.rule(false, 10, 3, Duration.ofSeconds(1)));
        site.registered("r");
        String options = site.phone.await("OPTIONS ", 1);
        assertThat(RawPeer.firstLine(options)).isEqualTo("OPTIONS " + PhoneSite.INSIDE + " SIP/2.0");
        site.phone.reply(options, "200 OK", "o", "");
        Rig.until("answered", () -> phones.views().getFirst().answered().isPresent());
        site.phone.await("OPTIONS ", 2);
    }

    @Test
    void whoGuessesAPasswordIsBanned() throws IOException {
        GuardSettings two =
                new GuardSettings(true, 100, 100, 500, 2, Duration.ofMinutes(10), List.of(), List.of(), List.of());
        LocationService phones = site.start(PhoneSite.rule(false, 10, 3, Duration.ofMinutes(1)), Optional.empty(), two);
        String credentials = "Authorization: " + PhoneSite.CREDENTIALS + "\r\n";
        for (int cseq = 1;
                cseq <= 4;
                cseq++) { // the first has no password, the next two have a wrong one, so has the last
            site.phone.send(site.register("g", cseq, "<" + PhoneSite.INSIDE + ">", cseq == 1 ? "" : credentials));
            String there = site.pbx.awaitWith("REGISTER ", "CSeq: " + cseq + " REGISTER");
            site.pbx.send(PhoneSite.refused(there, "401 Unauthorized", "WWW-Authenticate: " + PhoneSite.CHALLENGE));
            site.phone.await("SIP/2.0 401", cseq);
        }
        assertThat(site.rig().calls.guard().bans(System.nanoTime()))
                .singleElement()
                .satisfies(ban -> assertThat(ban.cause()).isEqualTo(Cause.WRONG_PASSWORD));
        assertThat(phones.total(Result.CHALLENGED)).isEqualTo(4);
    }
}
