package sotto.proxy.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.proxy.config.PeerMatch;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.Peering;
import sotto.proxy.dns.NameServers;
import sotto.proxy.realm.OneRealm;
import sotto.proxy.realm.Realm;
import sotto.proxy.sip.SipSource;
import sotto.proxy.sip.SipTransport;

/** Which peer a request is from, by all that it may show. */
final class PeerMatchTest {
    private static final String AT = "192.0.2.1";

    private final NameServers nobody = new NameServers(List.of());
    private final Peers peers = new Peers(
            new Peering(
                    List.of(
                            peer("plain", AT, PeerMatch.SOURCE),
                            peer("hosted", AT, match(true, "", "hosted.example", false)),
                            peer("one", AT, match(true, "", "one@hosted.example", false)),
                            peer("carrier", "192.0.2.2", match(false, "sip.carrier.example", "", false)),
                            peer("both", "192.0.2.3", match(true, "both.example", "", false)),
                            peer("phone", "192.0.2.4", match(false, "", "", true))),
                    List.of(peer("pbx", "192.0.2.9", match(false, "pbx.example", "inside.example", false))),
                    List.of()),
            OneRealm.realms(),
            nobody,
            true);

    @AfterEach
    void stop() {
        nobody.close();
    }

    private static PeerMatch match(boolean source, String certificate, String identity, boolean digest) {
        String[] parts = identity.split("@");
        Optional<PeerMatch.Party> party = identity.isEmpty()
                ? Optional.empty()
                : Optional.of(new PeerMatch.Party(
                        parts.length == 1 ? Optional.empty() : Optional.of(parts[0]), parts[parts.length - 1]));
        return new PeerMatch(source, Optional.of(certificate).filter(c -> !c.isEmpty()), party, digest);
    }

    private static PeerSettings peer(String name, String host, PeerMatch match) {
        return new PeerSettings(name, host, 5060, PeerSettings.Transport.UDP, PeerSettings.Srtp.FORBID).with(match);
    }

    private static Set<String> words(String text) {
        return text == null ? Set.of() : Arrays.stream(text.split(" ")).collect(Collectors.toSet());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            textBlock =
                    """
            # row,                        source,      certificate,            identities,                        peer
            address alone,                192.0.2.1,   ,                       ann@elsewhere.example,             plain
            address and domain,           192.0.2.1,   ,                       ann@Hosted.Example,                hosted
            address and user,             192.0.2.1,   ,                       one@hosted.example,                one
            user has case §19.1.4,        192.0.2.1,   ,                       One@hosted.example,                hosted
            asserted is one of them,      192.0.2.1,   ,                       ann@a.example one@hosted.example,  one
            domain from elsewhere,        203.0.113.1, ,                       ann@hosted.example,                -
            part of a domain,             192.0.2.1,   ,                       ann@x.hosted.example,              plain
            certificate from anywhere,    203.0.113.1, sip.carrier.example,    ann@a.example,                     carrier
            one of its names,             203.0.113.1, a.example sip.carrier.example, ann@a.example,              carrier
            another certificate,          203.0.113.1, a.example,              ann@a.example,                     -
            its address without one,      192.0.2.2,   ,                       ann@a.example,                     -
            certificate above address,    192.0.2.1,   sip.carrier.example,    one@hosted.example,                carrier
            certificate and address,      192.0.2.3,   both.example,           ann@a.example,                     both
            certificate elsewhere,        203.0.113.1, both.example,           ann@a.example,                     -
            address without certificate,  192.0.2.3,   ,                       ann@a.example,                     -
            certificate and identity,     203.0.113.1, pbx.example,            5@inside.example,                  pbx
            certificate and no identity,  203.0.113.1, pbx.example,            5@outside.example,                 -
            password alone: not by sight, 192.0.2.4,   ,                       ann@a.example,                     -
            """)
    void isFrom(String row, String source, String certificates, String identities, String expected) {
        peers.resolve();
        SipSource from =
                new SipSource(InetAddress.ofLiteral(source), 5060, SipTransport.TLS, 5061, OptionalInt.empty());
        Shown shown = new Shown(from, Realm.DEFAULT, words(certificates), words(identities));
        assertThat(peers.from(shown).map(Peer::name).orElse("-")).isEqualTo(expected);
    }

    @Test
    void theirNamesAreWantedInCertificates() {
        assertThat(peers.tlsNames(Realm.DEFAULT))
                .containsExactlyInAnyOrder("sip.carrier.example", "both.example", "pbx.example");
        assertThat(peers.takePasswords()).isFalse(); // nobody has an account
    }

    @Test
    void allAddressesAreExemptOfTheGuardWhateverTheyShow() {
        peers.resolve();
        assertThat(peers.areAt(InetAddress.ofLiteral("192.0.2.2"))).isTrue();
        assertThat(peers.areAt(InetAddress.ofLiteral("192.0.2.4"))).isTrue();
        assertThat(peers.areAt(InetAddress.ofLiteral("203.0.113.1"))).isFalse();
    }
}
