package sotto.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.proxy.realm.Realm;

/** The section {@code realms}, and who names one. */
final class RealmReaderTest {
    private static final String REST =
            """
            gateway: {kind: connector, url: "http://127.0.0.1:8090/pay"}
            sip: {max-calls: 100}
            http: {port: 8080}
            """;

    private static final String TWO =
            """
            realms:
              outside: {bind: 127.0.0.2, advertise: 203.0.113.5}
              inside: {bind: "::1", media: {ports: {first: 30000, last: 30999}}}
            trunk: {address: 192.0.2.10, realm: outside}
            agents: {address: "[2001:db8::2]:5060", realm: inside, srtp: forbid}
            """
                    + REST;

    private static final String ONE =
            "trunk: {address: 192.0.2.10}\nagents: {address: 192.0.2.20, srtp: forbid}\n" + REST;

    @TempDir
    Path home;

    private ConfigReader.Reading read(String yaml) throws IOException {
        return ConfigReader.parse(yaml, home).reading();
    }

    @Test
    void eachHasItsOwnAddresses() throws IOException {
        ConfigReader.Reading reading = read(TWO);
        assertThat(reading.problems()).isEmpty();
        assertThat(reading.warnings()).isEmpty();
        SottoConfig config = reading.config().orElseThrow();
        assertThat(config.realms().all())
                .containsExactly(
                        new Realm(
                                "outside",
                                new Realm.Signalling(
                                        "127.0.0.2", Optional.of("203.0.113.5"), 5060, 5060, OptionalInt.empty()),
                                new Realm.Audio("127.0.0.2", Optional.empty(), 20_000, 29_999)),
                        new Realm(
                                "inside",
                                new Realm.Signalling("::1", Optional.empty(), 5060, 5060, OptionalInt.empty()),
                                new Realm.Audio("::1", Optional.empty(), 30_000, 30_999)));
        assertThat(config.peering().all()).extracting(PeerSettings::realm).containsExactly("outside", "inside");
        assertThat(config.realms().of("outside").audioAddress().getHostAddress())
                .isEqualTo("203.0.113.5");
        assertThat(config.realms().of("inside").uriHost()).isEqualTo("[::1]");
    }

    @Test
    void withoutTheSectionThereIsOne() throws IOException {
        SottoConfig config = read(ONE.replace("max-calls", "udp-port: 5070, advertise: 203.0.113.5, max-calls"))
                .config()
                .orElseThrow();
        assertThat(config.realms().isDefault()).isTrue();
        assertThat(config.realms().all())
                .containsExactly(new Realm(
                        Realm.DEFAULT,
                        new Realm.Signalling("127.0.0.1", Optional.of("203.0.113.5"), 5070, 5060, OptionalInt.empty()),
                        new Realm.Audio("127.0.0.1", Optional.empty(), 20_000, 29_999)));
        assertThat(config.peering().all()).extracting(PeerSettings::realm).containsOnly(Realm.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            textBlock =
                    """
            # instead of                      ~ this                                        ~ problem
            realm: inside                     ~ realm: dmz                                  ~ agents.realm=dmz is not a name of realms; write outside or inside
            , realm: inside                   ~ ``                                          ~ agents.realm is missing; write outside or inside: the network that it is in
            bind: 127.0.0.2, advertise: 203.0.113.5 ~ udp-port: 5060                       ~ realms.outside.bind is missing; write our address in that network, in digits
            bind: 127.0.0.2, advertise: 203.0.113.5 ~ bind: 0.0.0.0                        ~ realms.outside.bind=0.0.0.0 is every address, and peers must be told one; add advertise
            advertise: 203.0.113.5            ~ advertise: "2001:db8::5"                    ~ realms.outside.advertise=2001:db8::5 is of another IP version than what is bound, 127.0.0.2; peers would send where nobody listens, so make them one version
            advertise: 203.0.113.5            ~ media: {advertise: "2001:db8::5"}           ~ realms.outside.media.advertise=2001:db8::5 is of another IP version than what is bound, 127.0.0.2
            advertise: 203.0.113.5            ~ media: {bind: "::1", ports: {first: 40000, last: 40999}} ~ ``
            advertise: 203.0.113.5            ~ advertise: 203.0.113.5, media: {bind: "::1", ports: {first: 40000, last: 40999}} ~ realms.outside.media.bind=::1 is of another IP version than 203.0.113.5, which peers are told in SDP; add media.advertise
            bind: "::1", media                ~ bind: 127.0.0.2, tcp-port: 5062, media      ~ realms.inside.udp-port=5060 at 127.0.0.2 is taken by realms.outside.udp-port=5060 at 127.0.0.2; give each its own ports or its own address
            bind: "::1", media                ~ bind: 127.0.0.2, udp-port: 5062, media      ~ realms.inside.tcp-port=5060 at 127.0.0.2 is taken by realms.outside.tcp-port=5060
            bind: "::1", media: {             ~ bind: "::1", udp-port: 30000, media: {      ~ realms.inside.media.ports.first=30000..30999 at ::1 is taken by realms.inside.udp-port=30000
            first: 30000, last: 30999         ~ first: 30001, last: 30999                   ~ realms.inside.media.ports.first=30001 is odd
            media: {ports: {first: 30000      ~ media: {bind: 127.0.0.2, advertise: 127.0.0.2, ports: {first: 28000 ~ realms.inside.media.ports.first=28000..30999 at 127.0.0.2 is taken by realms.outside.media.ports.first=20000..29999
            bind: "::1", media                ~ bind: "::", advertise: "2001:db8::1", udp-port: 5062, media ~ realms.inside.tcp-port=5060 at :: is taken by realms.outside.tcp-port=5060
            http: {port: 8080}                ~ http: {bind: 127.0.0.2, port: 5060}         ~ http.port=5060 at 127.0.0.2 is taken by realms.outside.tcp-port=5060
            [2001:db8::2]:5060                ~ 192.0.2.20                                  ~ agents.address=192.0.2.20 is of another IP version than realms.inside.bind=::1
            192.0.2.10                        ~ 127.0.0.2:5060                              ~ trunk.address=127.0.0.2:5060 is Sotto's own SIP port; write the peer's, or move realms.outside.udp-port
            sip: {                            ~ sip: {udp-port: 5062,                       ~ sip.udp-port is not used where there are realms; write udp-port in each, and not this
            http: {port: 8080}                ~ media: {bind: 127.0.0.1}                    ~ media.bind is not used where there are realms; write media.bind in each, and not this
            advertise: 203.0.113.5            ~ tls-port: 5061                              ~ realms.outside.tls-port=5061 needs certificates; add the section sip.tls
            advertise: 203.0.113.5            ~ advertised: 203.0.113.5                     ~ realms.outside.advertised is not a key; did you mean realms.outside.advertise?
            """)
    void oneThingWrong(String instead, String of, String problem) throws IOException {
        assertThat(TWO).contains(instead);
        List<String> problems = read(TWO.replace(instead, of)).problems();
        if (problem.isEmpty()) {
            assertThat(problems).isEmpty();
        } else {
            assertThat(problems).anySatisfy(found -> assertThat(found).contains(problem));
        }
    }

    /** So that who sets up a network need not start six times. */
    @Test
    void allIsToldAtOnce() throws IOException {
        String wrong =
                """
                realms:
                  outside: {bind: 0.0.0.0}
                  inside: {bind: 127.0.0.2, advertise: "2001:db8::1"}
                  lab: {bind: 127.0.0.2}
                trunk: {address: 192.0.2.10, realm: dmz}
                agents: {address: 192.0.2.20, srtp: forbid}
                """
                        + REST;
        assertThat(read(wrong).problems())
                .hasSize(10)
                .anyMatch(p -> p.contains("outside.bind=0.0.0.0"))
                .anyMatch(p -> p.contains("inside.advertise=2001:db8::1"))
                .anyMatch(p -> p.contains("lab.udp-port=5060 at 127.0.0.2 is taken by realms.outside.udp-port"))
                .anyMatch(p -> p.contains("lab.tcp-port"))
                .anyMatch(p -> p.contains("lab.media.ports.first"))
                .anyMatch(p -> p.contains("trunk.realm=dmz"))
                .anyMatch(p -> p.contains("agents.realm is missing"));
    }

    @Test
    void aRealmWithoutTheSectionIsAMistake() throws IOException {
        assertThat(read(ONE.replace("192.0.2.10", "192.0.2.10, realm: outside")).problems())
                .singleElement()
                .asString()
                .contains("trunk.realm=outside is not a name of realms; there is no section realms: leave the key out");
    }

    @Test
    void warnsOfTooFewPortsAndOfEveryAddress() throws IOException {
        assertThat(read(TWO.replace("30999", "30099")).warnings())
                .singleElement()
                .asString()
                .contains("realms.inside.media.ports.last=30099 leaves ports for 50 calls");
        String wide = TWO.replace("bind: 127.0.0.2, advertise", "bind: 0.0.0.0, advertise");
        assertThat(read(wide.replace("http: {port", "http: {bind: \"::1\", port"))
                        .warnings())
                .anyMatch(w -> w.contains("realms.outside.bind=0.0.0.0 is reached from every network"));
    }

    /** One PBX, and the carrier's address in two networks: told apart by where they come in. */
    @Test
    void twoPeersMayHaveOneAddressInTwoRealms() throws IOException {
        String yaml = TWO.replace("bind: \"::1\"", "bind: 127.0.0.3").replace("[2001:db8::2]:5060", "192.0.2.10");
        assertThat(read(yaml).problems()).isEmpty();
    }
}
