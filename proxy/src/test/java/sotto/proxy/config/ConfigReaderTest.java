package sotto.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.proxy.sdp.CodecPolicy;

/** Each rule of the configuration, by a file that breaks it. */
final class ConfigReaderTest {
    private static final String MINIMAL =
            """
            trunk: {address: 127.0.0.1:5070}
            agents: {address: "127.0.0.1:5080", srtp: require}
            gateway: {kind: connector, url: "http://127.0.0.1:8090/pay"}
            """;

    @TempDir
    Path home;

    private ConfigReader.Reading read(String yaml) throws IOException {
        return ConfigReader.parse(yaml, home).reading();
    }

    @Test
    void threeStanzasAreEnough() throws IOException {
        ConfigReader.Reading reading = read(MINIMAL);
        assertThat(reading.problems()).isEmpty();
        assertThat(reading.warnings()).isEmpty();
        SottoConfig config = reading.config().orElseThrow();
        assertThat(config.peering().trunks().getFirst())
                .isEqualTo(new PeerSettings(
                        "trunk", "127.0.0.1", 5070, PeerSettings.Transport.UDP, PeerSettings.Srtp.FORBID));
        assertThat(config.peering().agents().getFirst().srtp()).isEqualTo(PeerSettings.Srtp.REQUIRE);
        assertThat(List.of(
                        config.sip().bind(),
                        config.media().bind(),
                        config.http().bind()))
                .as("nothing is open to a network by itself")
                .containsOnly("127.0.0.1");
        assertThat(config.media().tapDirectory()).isEmpty();
        assertThat(config.drainTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.stateDirectory()).isEqualTo(home.resolve("var"));
    }

    @Test
    void whatIsWrongIsToldOnce() throws IOException {
        assertThat(read("trunk: 1\nagents: 2\ngateway: 3\n").problems())
                .doesNotHaveDuplicates()
                .contains("line 2: agents is a section, not a value; indent its keys below it");
    }

    @Test
    void bytesThatAreNoTextAreToldAsAProblem() throws IOException {
        Path file = Files.write(home.resolve("binary.yaml"), new byte[] {(byte) 0xFF, (byte) 0xFE, 'a'});
        assertThat(ConfigReader.inspect(file).problems())
                .containsExactly("configuration is not UTF-8 text; save the file as that");
    }

    /** One wrong line after the minimal file; the whole message, from the key on. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            textBlock =
                    """
            sip: {udp-port: 70000}       ~ sip.udp-port=70000 is not in 1..65535; write a whole number from there; without the key it is 5060
            sip: {udp-port: abc}         ~ sip.udp-port=abc is not in 1..65535; write a whole number from there; without the key it is 5060
            sip: {udp-port: [5060]}      ~ sip.udp-port is one value (1..65535), not a list; write a whole number from there; without the key it is 5060
            sip: {udp-port: {a: 1}}      ~ sip.udp-port is one value (1..65535), not a section; write a whole number from there; without the key it is 5060
            sip: {udp-port: }            ~ sip.udp-port has no value (1..65535); write a whole number from there; without the key it is 5060, or leave the key out
            sip: {udp-prt: 5}            ~ sip.udp-prt is not a key; did you mean sip.udp-port?
            sip: {udp-port: 1, udp-port: 2} ~ sip.udp-port is here twice, first on line 4; keep one of the two
            sip: {answer-timeout: 60}    ~ sip.answer-timeout=60 is not in 5s..600s; write a number and ms, s, m, h or d; without the key it is 180s
            sip: {answer-timeout: 2h}    ~ sip.answer-timeout=2h is not in 5s..600s; write a number and ms, s, m, h or d; without the key it is 180s
            sip: {bind: localhost}       ~ sip.bind=localhost is not an address of this machine; write it in digits, 0.0.0.0 for all; without the key it is 127.0.0.1
            sip: {bind: 192.0.2.77}      ~ sip.bind=192.0.2.77 is not an address of this machine; write it in digits, 0.0.0.0 for all; without the key it is 127.0.0.1
            sip: {bind: 0.0.0.0}         ~ sip.bind=0.0.0.0 is every address, and peers must be told one; add sip.advertise
            sip: {udp-port: 20010}       ~ sip.udp-port=20010 is one of the media ports 20000..29999; move one of the two
            sip: {tcp-port: 8080}        ~ http.port=8080 is taken by sip.tcp-port; each needs its own
            sip: {udp-port: 5070}        ~ trunk.address=127.0.0.1:5070 is Sotto's own SIP port; write the peer's, or move sip.udp-port
            sip: 5                       ~ sip is a section, not a value; indent its keys below it
            media: {ports: {first: 20001}} ~ media.ports.first=20001 is odd; RTP takes the even port of a pair (RFC 3550 §11), use 20002
            media: {ports: {last: 30000}} ~ media.ports.last=30000 is even; a pair ends with its odd RTCP port (RFC 3550 §11), use 29999
            media: {ports: {last: 19999}} ~ media.ports.last=19999 is not above media.ports.first=20000; a call takes two pairs, four ports
            media: {bind: 127.0.0.9}     ~ media.bind=127.0.0.9 is not what peers are told in SDP, which is sip.bind=127.0.0.1; make them one, or add sip.advertise
            media: {tap: {enabled: yes}} ~ media.tap.enabled=yes is not in true|false; write one of them; without the key it is false
            http: {metrics: all}         ~ http.metrics=all is not in loopback|token|open; write one of them; without the key it is loopback
            secure-pay: {field: 5s, inter-digit: 6s} ~ secure-pay.inter-digit=6s is longer than secure-pay.field=5s; a pause is part of a field
            secure-pay: {session: 30s}   ~ secure-pay.field=60s is longer than secure-pay.session=30s; a field is part of a session
            state: {directory: /proc/version/x} ~ state.directory=/proc/version/x cannot be written: /proc/version is no directory that this user may write to; correct the name, or its owner and mode
            trunks: {a: {address: 192.0.2.1}} ~ trunk and trunks are both here; move it into trunks as a section of its own
            routes: {r: {to: pbx}}       ~ routes.r.to names pbx, which is no peer; known are trunk, agents
            routes: {r: {to: agent}}     ~ routes.r.to names agent, which is no peer; did you mean agents?
            routes: {r: {to: agents*0}}  ~ routes.r.to=agents*0 is not names of peers: commas between what is tried in turn, spaces and *weights between what shares; write such as pbx-a*70 pbx-b*30, pbx-c
            routes: {r: {to: trunk agents}} ~ routes.r.to names trunks and agents' peers; a route leads from the one side to the other
            routes: {r: {from: trunk, to: trunk}} ~ routes.r.to is on the side of from; a route leads from trunks to agents' peers, or back
            routes: {r: {prefix: 1}}     ~ routes.r.to is missing; write the name of the peer that the call goes to
            routes: {r: {to: agents, hours: 8-18}} ~ routes.r.hours=8-18 is not hh:mm-hh:mm; write such as 08:00-18:00, or 18:00-08:00 over midnight; without the key it is all day
            routes: {r: {to: agents, days: mo}} ~ routes.r.days=mo is not mon to sun, with spaces or - between; without the key it is every day
            routes: {r: {to: agents, zone: Berlin}} ~ routes.r.zone=Berlin is not a time zone; write such as Europe/Berlin; without the key it is UTC
            peers: {address: x}          ~ peers is not a key; known here: stir, trunk, agents, routes, gateway, sip, secure-pay, media, http, state, cdr
            """)
    void oneWrongLine(String line, String message) throws IOException {
        assertThat(read(MINIMAL + line).problems())
                .singleElement()
                .asString()
                .matches("(line [14]: )?" + java.util.regex.Pattern.quote(message));
    }

    /** What replaces a word of the minimal file, and what is said. */
    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            textBlock =
                    """
            127.0.0.1:5080       ~ 127.0.0.1:5070      ~ agents.address=127.0.0.1:5070 is trunk's too
            127.0.0.1:5070       ~ 127.0.0.1:70000     ~ trunk.address=127.0.0.1:70000 is not host or host:port
            127.0.0.1:5070       ~ a b                 ~ trunk.address=a b is not host or host:port
            srtp: require        ~ srtp: optional      ~ agents.srtp=optional is not in require|forbid|dtls|either|prefer
            srtp: require        ~ transport: tls      ~ agents.transport=tls needs certificates; add the section sip.tls
            srtp: require        ~ name: trunk         ~ agents.name=trunk is trunk's too
            srtp: require        ~ max-calls: 0        ~ agents.max-calls=0 is not in 1..25000; write a whole number from there; without the key only sip.max-calls bounds it
            srtp: require        ~ burst: 5            ~ agents.burst bounds nothing without calls-per-second; write that too, or leave this out
            srtp: require        ~ options-every: 500ms ~ agents.options-every=500ms is not in 1s..600s; write a number and ms, s, m, h or d; without the key nobody is asked
            srtp: require        ~ fail-over-on: 300   ~ agents.fail-over-on=300 is not response codes from 400 to 699
            srtp: require        ~ try-for: 1m         ~ agents.try-for=1m is not in 500ms..32s
            srtp: require        ~ trust-identity: yes ~ agents.trust-identity=yes is not in true|false; write one of them; without the key it is false
            srtp: require        ~ kind: dect          ~ agents.transport=udp does not go with kind=dect, which has SIP over TLS only; write tls
            srtp: require        ~ kind: phone         ~ agents.kind=phone is not in peer|headset|dect
            srtp: require        ~ codecs: G721        ~ agents.codecs=G721 is not PCMA, PCMU, G722, G729, opus, iLBC, GSM, AMR, AMR-WB, EVS, speex, telephone-event, with spaces between; write those it may use, best first; without the key PCMA and PCMU
            srtp: require        ~ codecs: opus        ~ agents.codecs leaves neither PCMA nor PCMU
            srtp: require        ~ codecs: telephone-event ~ agents.codecs leaves neither PCMA nor PCMU
            srtp: require        ~ codecs-denied: PCMA PCMU ~ agents.codecs-denied leaves neither PCMA nor PCMU, which secure-pay cannot do without; allow one of them
            srtp: require        ~ numbers-in: {n: {replace: 1}} ~ agents.numbers-in.n.match is missing; write it, or prefix: which numbers the rule is for
            srtp: require        ~ numbers-in: {n: {match: 1, prefix: 1}} ~ agents.numbers-in.n.match and prefix are both here; keep the one that says it
            srtp: require        ~ numbers-out: {n: {match: 00(.*}} ~ agents.numbers-out.n.match=00(.* is not a regular expression; write what fits the whole number, such as 00(.*); it is one of RE2
            srtp: require        ~ numbers-in: {n: {match: 00(.*)}} ~ agents.numbers-in.n.replace is missing; write what the number becomes, such as +$1
            srtp: require        ~ numbers-in: {n: {match: 00.*, replace: +$1}} ~ agents.numbers-in.n.replace=+$1 has a $ without the digit of a group of match, which has 0; put what is to be kept in ( )
            srtp: require        ~ numbers-in: {n: {prefix: 00, replace: +$1}} ~ agents.numbers-in.n.replace=+$1 names a group, and prefix has none; write match instead of prefix
            srtp: require        ~ numbers-in: {n: {match: 1, replace: a@b}} ~ agents.numbers-in.n.replace=a@b is not part of a number
            srtp: require        ~ numbers-in: {n: {prefix: 1, from: 2}} ~ agents.numbers-in.n.from is not a key; known here: of, match, prefix, replace
            srtp: require        ~ numbers-in: {n: {prefix: 1, of: all}} ~ agents.numbers-in.n.of=all is not in called|calling|both
            srtp: require        ~ headers-in: {h: {header: X-A}} ~ agents.headers-in.h.action is missing; write one of pass|add|remove|rewrite
            srtp: require        ~ headers-in: {h: {action: pass}} ~ agents.headers-in.h.header is missing; write the name of the header that the rule is for
            srtp: require        ~ headers-in: {h: {action: pass, header: via}} ~ agents.headers-in.h.header=via is not the long name of a header that may cross; write such as X-Campaign; those of dialogs, routing, bodies and authentication are Sotto's own
            srtp: require        ~ headers-in: {h: {action: pass, header: s}} ~ agents.headers-in.h.header=s is not the long name
            srtp: require        ~ headers-in: {h: {action: pass, header: Diversion}} ~ agents.headers-in.h.header=Diversion is passed by trust-identity, which hides its hosts
            srtp: require        ~ headers-in: {h: {action: pass, header: X-A, value: 1}} ~ agents.headers-in.h.value goes with add and rewrite only
            srtp: require        ~ headers-out: {h: {action: add, header: X-A}} ~ agents.headers-out.h.value is missing; write what the header says then
            srtp: require        ~ headers-out: {h: {action: add, header: X-A, value: 1, match: 1}} ~ agents.headers-out.h.match does not go with add, which adds to every message; leave it out
            srtp: require        ~ headers-out: {h: {action: rewrite, header: X-A, value: 1}} ~ agents.headers-out.h.match is missing; write what fits the whole value, such as (.*)
            srtp: require        ~ headers-out: {h: {action: rewrite, header: X-A, match: a, value: $1}} ~ agents.headers-out.h.value=$1 has a $ without the digit of a group of match, which has 0
            srtp: require        ~ headers-out: {h: {action: add, header: X-A, value: "a\\r\\nVia: b"}} ~ agents.headers-out.h.value=a??Via: b is not 1 to 256 characters of one line
            kind: connector,     ~ ``                  ~ gateway.kind is missing; write one of connector|stripe
            kind: connector      ~ kind: paypal        ~ gateway.kind=paypal is not in connector|stripe
            kind: connector      ~ kind: stripe        ~ gateway.credential-file is missing; Stripe wants a key
            http://127.0.0.1:8090/pay ~ http://pay.example.com/ ~ gateway.url: gateway address http://pay.example.com would send card data in clear: use https; http is for this machine only
            http://127.0.0.1:8090/pay ~ pay.example.com ~ gateway.url=pay.example.com is not a URL
            `trunk: {address: 127.0.0.1:5070}` ~ `` ~ trunk.address is missing; write host or host:port
            """)
    void oneWrongWord(String word, String instead, String message) throws IOException {
        assertThat(read(MINIMAL.replace(word, instead)).problems())
                .singleElement()
                .asString()
                .contains(message);
    }

    @Test
    void headsetsHaveNothingInTheClear() throws IOException {
        assertThat(read(MINIMAL.replace("srtp: require", "srtp: prefer, kind: headset"))
                        .problems())
                .anySatisfy(
                        problem -> assertThat(problem).contains("agents.transport=udp does not go with kind=headset"))
                .anySatisfy(problem -> assertThat(problem)
                        .contains(
                                "agents.srtp=prefer does not go with kind=headset, whose audio is never in the clear"));
    }

    @Test
    void severalPeersAndRoutes() throws IOException {
        ConfigReader.Reading reading = read(
                """
                trunks:
                  carrier-a: {address: 192.0.2.10, max-calls: 200, calls-per-second: 20, burst: 40}
                  carrier-b: {address: "192.0.2.11:5070", options-every: 30s, down-after: 2, up-after: 1}
                agent-peers:
                  pbx-a: {address: 127.0.0.1:5080, fail-over-on: 486 5xx, try-for: 2s}
                  pbx-b: {address: 127.0.0.1:5082}
                routes:
                  night: {from: carrier-a carrier-b, prefix: +49 0049, days: fri-mon, hours: 18:00-24:00, to: pbx-b}
                  day: {to: pbx-a*70 pbx-b*30}
                  out: {from: pbx-a, to: "carrier-a, carrier-b"}
                gateway: {kind: connector, url: "http://127.0.0.1:8090/pay"}
                """);
        assertThat(reading.problems()).isEmpty();
        Peering peering = reading.config().orElseThrow().peering();
        assertThat(peering.trunks()).extracting(PeerSettings::name).containsExactly("carrier-a", "carrier-b");
        assertThat(peering.trunks().getFirst().limits())
                .isEqualTo(new PeerSettings.Limits(OptionalInt.of(200), Optional.of(new PeerSettings.Rate(20, 40))));
        assertThat(peering.trunks().getLast().probing())
                .contains(new PeerSettings.Probing(Duration.ofSeconds(30), 2, 1));
        PeerSettings pbx = peering.agents().getFirst();
        assertThat(pbx.srtp()).isEqualTo(PeerSettings.Srtp.REQUIRE);
        assertThat(pbx.failOver().tryFor()).isEqualTo(Duration.ofSeconds(2));
        assertThat(pbx.failOver().statuses()).contains(486, 500, 599).doesNotContain(408, 600);
        assertThat(peering.routes()).extracting(RouteSettings::name).containsExactly("night", "day", "out");
        assertThat(peering.routes().getFirst())
                .isEqualTo(new RouteSettings(
                        "night",
                        Set.of("carrier-a", "carrier-b"),
                        List.of("+49", "0049"),
                        Optional.of(new RouteSettings.Times(
                                Set.of(DayOfWeek.FRIDAY, DayOfWeek.SATURDAY, DayOfWeek.SUNDAY, DayOfWeek.MONDAY),
                                LocalTime.of(18, 0),
                                LocalTime.MIDNIGHT,
                                ZoneId.of("UTC"))),
                        List.of(List.of(new RouteSettings.Target("pbx-b", 1)))));
        assertThat(peering.routes().getLast().to()).hasSize(2);
    }

    @Test
    void whatGetsThrough() throws IOException {
        ConfigReader.Reading reading = read(
                """
                trunk:
                  address: 192.0.2.10
                  trust-identity: true
                  codecs: PCMU PCMA telephone-event
                  codecs-denied: PCMA
                  numbers-in:
                    international: {of: called, prefix: 00, replace: +}
                    national: {match: "0([1-9]{1,}.*)", replace: +49$1}
                  numbers-out:
                    strip: {of: calling, prefix: +49}
                  headers-in:
                    campaign: {action: pass, header: X-Campaign, match: "[a-z]+"}
                  headers-out:
                    who: {action: add, header: P-Asserted-Identity, value: "<sip:+4930@carrier.example>"}
                agents: {address: 127.0.0.1:5080}
                gateway: {kind: connector, url: "http://127.0.0.1:8090/pay"}
                """);
        assertThat(reading.problems()).isEmpty();
        PeerPolicy policy =
                reading.config().orElseThrow().peering().trunks().getFirst().policy();
        assertThat(policy.trustsIdentity()).isTrue();
        assertThat(policy.codecs()).isEqualTo(new CodecPolicy(List.of("PCMU", "PCMA"), Set.of("PCMU"), true));
        assertThat(policy.in().numbers())
                .extracting(PeerPolicy.NumberRule::of)
                .containsExactly(PeerPolicy.Party.CALLED, PeerPolicy.Party.BOTH);
        assertThat(policy.in().numbers().getFirst().rewrite().of("0049")).contains("+49");
        assertThat(policy.in().numbers().getLast().rewrite().of("030123")).contains("+4930123");
        assertThat(policy.out().numbers().getFirst().rewrite().of("+4930")).contains("30");
        assertThat(policy.in().headers())
                .containsExactly(new PeerPolicy.HeaderRule(
                        PeerPolicy.Action.PASS, "X-Campaign", Optional.of(Pattern.compile("[a-z]+")), ""));
        assertThat(policy.out().headers())
                .extracting(PeerPolicy.HeaderRule::value)
                .containsExactly("<sip:+4930@carrier.example>");
        assertThat(reading.config().orElseThrow().peering().agents().getFirst().policy())
                .isEqualTo(PeerPolicy.USUAL);
    }

    @Test
    void problemsOfPeersNameTheirSection() throws IOException {
        assertThat(
                        read("""
                trunks:
                  a: {address: 192.0.2.10}
                  b: {address: "192.0.2.10:5060", name: b}
                  c.d: {address: "192.0.2.12"}
                agents: {address: 127.0.0.1:5060, name: a}
                gateway: {kind: connector, url: "http://127.0.0.1:8090/pay"}
                """)
                                .problems())
                .satisfiesExactlyInAnyOrder(
                        text -> assertThat(text).contains("line 3: trunks.b.name is not a key; known here: address"),
                        text -> assertThat(text).contains("line 3: trunks.b.address=192.0.2.10:5060 is trunks.a's too"),
                        text -> assertThat(text).contains("line 4: trunks.c.d is no name; it is a label in metrics"),
                        text -> assertThat(text).contains("line 5: agents.name=a is trunks.a's too"),
                        text -> assertThat(text).contains("line 5: agents.address=127.0.0.1:5060 is Sotto's own"));
    }

    @Test
    void everyProblemComesAtOnceInTheOrderOfTheFile() throws IOException {
        List<String> problems =
                read("""
                trunk:
                  adress: 127.0.0.1:5070
                agents:
                  address: 127.0.0.1:5080
                  srtp: maybe
                gateway:
                  kind: connector
                  url: ftp://127.0.0.1/pay
                http:
                  port: 0
                """)
                        .problems();
        assertThat(problems).hasSize(5);
        assertThat(problems.get(0)).startsWith("trunk.address is missing");
        assertThat(problems.get(1)).startsWith("line 2: trunk.adress is not a key; did you mean trunk.address?");
        assertThat(problems.get(2)).startsWith("line 5: agents.srtp=maybe");
        assertThat(problems.get(3)).startsWith("line 8: gateway.url: ");
        assertThat(problems.get(4)).startsWith("line 10: http.port=0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            textBlock =
                    """
            gateway: {pasword: hunter2}
            gateway: {url: "https://user:hunter2@pay.example.com/"}
            trunk: [hunter2
            gateway: "hunter2
            """)
    void aSecretInTheWrongPlaceIsNotQuoted(String line) throws IOException {
        assertThat(read(line).problems()).isNotEmpty().allSatisfy(problem -> assertThat(problem)
                .doesNotContain("hunter2"));
    }

    @Test
    void brokenYamlIsToldWithItsLine() throws IOException {
        assertThat(read("trunk:\n  address: a\n agents: b\n").problems())
                .singleElement()
                .asString()
                .startsWith("line 3: configuration is not YAML here");
    }

    @Test
    void aCredentialThatOthersCanReadIsRefused() throws IOException {
        Path secret = Files.writeString(home.resolve("secret"), "sk_1");
        String yaml = MINIMAL.replace("kind: connector", "kind: connector, credential-file: secret");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(read(yaml).problems()).singleElement().asString().contains("run chmod 600 " + secret);
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        assertThat(read(yaml).problems()).isEmpty();
        Files.delete(secret);
        assertThat(read(yaml).problems()).singleElement().asString().contains("is not a file that this user can read");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            textBlock =
                    """
            agents: {address: 192.0.2.1}         ~ agents.transport=udp carries the SRTP keys in clear (RFC 4568 §8.3)
            agents: {address: 192.0.2.1, srtp: either} ~ agents.transport=udp carries the SRTP keys in clear (RFC 4568 §8.3)
            agents: {address: 192.0.2.1, srtp: dtls} ~ agents.transport=udp lets who can change SIP on the way put in a fingerprint
            agents: {address: 127.0.0.1:5080, codecs: PCMA} ~ agents.codecs leaves out telephone-event: keys come as tones in the audio then; add it unless you mean that
            media: {ports: {last: 20099}}        ~ media.ports.last=20099 leaves ports for 25 calls, but sip.max-calls=1000
            http: {bind: 0.0.0.0, metrics: open} ~ http.bind=0.0.0.0 is reached from other machines
            """)
    void whatIsUnwiseIsAWarning(String line, String warning) throws IOException {
        String key = line.substring(0, line.indexOf(':'));
        String yaml = MINIMAL.replaceAll("(?m)^" + key + ":.*\n", "") + line;
        ConfigReader.Reading reading = read(yaml);
        assertThat(reading.problems()).isEmpty();
        assertThat(reading.warnings()).first().asString().contains(warning);
    }

    @Test
    void readThrowsThemAll() throws IOException {
        Path file = Files.writeString(home.resolve("sotto.yaml"), "trunk: {}\n");
        assertThatThrownBy(() -> ConfigReader.read(file))
                .isInstanceOfSatisfying(ConfigProblems.class, e -> assertThat(e.problems())
                        .hasSize(4)
                        .anyMatch(problem -> problem.contains("agents.address is missing")));
    }
}
