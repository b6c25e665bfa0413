package sotto.proxy.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sotto.proxy.config.PeerSettings;
import sotto.proxy.config.Peering;
import sotto.proxy.config.RouteSettings;
import sotto.proxy.config.RouteSettings.Target;
import sotto.proxy.dns.NameServers;
import sotto.proxy.realm.OneRealm;

/** The rows of {@link Router}. */
final class RouterTest {
    private static final ZonedDateTime FRIDAY_NOON = ZonedDateTime.parse("2026-11-27T12:00:00Z");
    private static final RouteSettings.Times NIGHTS = new RouteSettings.Times(
            EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.FRIDAY),
            LocalTime.of(18, 0),
            LocalTime.of(8, 0),
            ZoneId.of("Europe/Berlin"));
    private static final List<RouteSettings> ROUTES = List.of(
            route("vip", Set.of("t2"), List.of(), List.of(List.of(new Target("a2", 1)))),
            new RouteSettings("night", Set.of(), List.of(), Optional.of(NIGHTS), List.of(List.of(new Target("a3", 1)))),
            route(
                    "sales",
                    Set.of(),
                    List.of("+491", "00491"),
                    List.of(List.of(new Target("a1", 1)), List.of(new Target("a3", 1), new Target("a2", 1)))),
            route("home", Set.of(), List.of("+49"), List.of(List.of(new Target("t2", 1)))));

    private static final NameServers NOBODY_ASKED = new NameServers(List.of());

    @AfterAll
    static void close() {
        NOBODY_ASKED.close();
    }

    private static RouteSettings route(String name, Set<String> from, List<String> prefixes, List<List<Target>> to) {
        return new RouteSettings(name, from, prefixes, Optional.empty(), to);
    }

    private static PeerSettings peer(String name) {
        return new PeerSettings(
                name,
                "192.0.2.1",
                5060,
                PeerSettings.Transport.UDP,
                PeerSettings.Srtp.FORBID,
                PeerSettings.Limits.NONE,
                Optional.of(new PeerSettings.Probing(java.time.Duration.ofSeconds(1), 1, 1)),
                PeerSettings.FailOver.USUAL,
                Optional.empty());
    }

    private static Peers peers() {
        return new Peers(
                new Peering(List.of(peer("t1"), peer("t2")), List.of(peer("a1"), peer("a2"), peer("a3")), List.of()),
                OneRealm.realms(),
                NOBODY_ASKED,
                false);
    }

    private static Peer named(Peers peers, String name) {
        return peers.all().stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void heard(Peers peers, String name, boolean answered) {
        named(peers, name).servers().getFirst().health().heard(answered);
    }

    /** A lot that always draws the first. */
    private static final RandomGenerator FIRST = new RandomGenerator() {
        @Override
        public long nextLong() {
            return 0;
        }

        @Override
        public int nextInt(int bound) {
            return 0;
        }
    };

    private static String way(List<RouteSettings> routes, Peers peers, String from, String number, String moment) {
        Router.Way way = new Router(peers, routes).way(named(peers, from), number, ZonedDateTime.parse(moment), FIRST);
        return way.route().orElse("-") + ": "
                + way.to().stream().map(Peer::name).collect(Collectors.joining(" "));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            textBlock =
                    """
            # row,                          from, number,     moment,                    way
            from decides before others,     t2,   +4917000,   2026-11-27T23:00:00Z,      vip: a2
            number decides,                 t1,   +49170000,  2026-11-27T12:00:00Z,      sales: a1 a3 a2
            number as dialled,              t1,   0049170000, 2026-11-27T12:00:00Z,      sales: a1 a3 a2
            no rule fits,                   t1,   +4430,      2026-11-27T12:00:00Z,      -:
            the other direction,            a1,   +4930,      2026-11-27T23:00:00Z,      home: t2
            the other direction: none fits, a1,   +4430,      2026-11-27T23:00:00Z,      -:
            first minute (17:00 UTC),       t1,   +4430,      2026-11-27T17:00:00Z,      night: a3
            before it,                      t1,   +4430,      2026-11-27T16:59:59Z,      -:
            Friday's night in Saturday,     t1,   +4430,      2026-11-28T06:59:00Z,      night: a3
            its end is not in it,           t1,   +4430,      2026-11-28T07:00:00Z,      -:
            Saturday has no night,          t1,   +4430,      2026-11-28T20:00:00Z,      -:
            nor has Sunday's,               t1,   +4430,      2026-11-30T05:00:00Z,      -:
            summer time (16:00 UTC),        t1,   +4430,      2026-07-03T16:00:00Z,      night: a3
            """)
    void goes(String row, String from, String number, String moment, String way) {
        assertThat(way(ROUTES, peers(), from, number, moment)).isEqualTo(way.equals("-:") ? "-: " : way);
    }

    @Test
    void withoutRulesAllOfTheOtherSideInTheOrderOfTheFile() {
        assertThat(way(List.of(), peers(), "t2", "1", "2026-11-27T12:00:00Z")).isEqualTo("-: a1 a2 a3");
        assertThat(way(List.of(), peers(), "a3", "1", "2026-11-27T12:00:00Z")).isEqualTo("-: t1 t2");
    }

    @Test
    void whoIsDownComesLastButComes() {
        Peers peers = peers();
        heard(peers, "a1", false);
        assertThat(way(List.of(), peers, "t1", "1", "2026-11-27T12:00:00Z")).isEqualTo("-: a2 a3 a1");
        heard(peers, "a2", false);
        heard(peers, "a3", false);
        assertThat(way(List.of(), peers, "t1", "1", "2026-11-27T12:00:00Z")).isEqualTo("-: a1 a2 a3");
        heard(peers, "a2", true);
        assertThat(way(List.of(), peers, "t1", "1", "2026-11-27T12:00:00Z")).isEqualTo("-: a2 a1 a3");
    }

    @Test
    void weightsAreSharesOfTheFirstTry() {
        Peers peers = peers();
        Router router = new Router(
                peers,
                List.of(route(
                        "share",
                        Set.of(),
                        List.of(),
                        List.of(List.of(new Target("a1", 70), new Target("a2", 30)), List.of(new Target("a3", 1))))));
        Random lot = new Random(20261127);
        Map<String, Integer> first = new HashMap<>();
        int calls = 10_000;
        for (int i = 0; i < calls; i++) {
            List<Peer> to =
                    router.way(named(peers, "t1"), "1", FRIDAY_NOON, lot).to();
            first.merge(to.getFirst().name(), 1, Integer::sum);
            assertThat(to).hasSize(3);
            assertThat(to.getLast().name()).isEqualTo("a3");
        }
        assertThat(first.keySet()).containsExactlyInAnyOrder("a1", "a2");
        assertThat(first.get("a1")).isBetween(6800, 7200); // 70 %, give or take four standard deviations
    }
}
