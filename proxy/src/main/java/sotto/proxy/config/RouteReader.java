package sotto.proxy.config;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import sotto.proxy.config.RouteSettings.Target;

/** Reads the section {@code routes}: one section in it for each rule, in the order in which they are tried. One thread. */
final class RouteReader {
    private static final Pattern TARGET = Pattern.compile("([A-Za-z0-9_-]{1,32})(?:\\*(\\d{1,4}))?");
    private static final Pattern HOURS = Pattern.compile("(\\d\\d:\\d\\d)-(\\d\\d:\\d\\d)");
    private static final LocalTime MIDNIGHT = LocalTime.MIDNIGHT;

    private final Set<String> trunks;
    private final Set<String> agents;

    RouteReader(List<PeerSettings> trunks, List<PeerSettings> agents) {
        this.trunks = names(trunks);
        this.agents = names(agents);
    }

    private static Set<String> names(List<PeerSettings> peers) {
        return peers.stream().map(PeerSettings::name).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    List<RouteSettings> routes(Section routes) {
        List<RouteSettings> read = new ArrayList<>();
        for (Map.Entry<String, Section> entry : routes.named().entrySet()) {
            read.add(route(entry.getKey(), entry.getValue()));
        }
        return read;
    }

    private RouteSettings route(String name, Section keys) {
        List<String> from = words(keys, "from", "names of peers, with spaces between", "any of the other side");
        List<String> prefixes =
                words(keys, "prefix", "beginnings of numbers, with spaces between", "the route is for all numbers");
        Optional<RouteSettings.Times> times = times(keys);
        keys.missing("to", "write the name of the peer that the call goes to");
        List<List<Target>> to = keys.text(
                        "to",
                        "names of peers: commas between what is tried in turn, spaces and *weights between what shares",
                        "write such as pbx-a*70 pbx-b*30, pbx-c",
                        RouteReader::steps)
                .orElse(List.of());
        keys.end();
        List<String> targets =
                to.stream().flatMap(List::stream).map(Target::peer).toList();
        known(keys, "from", from);
        if (known(keys, "to", targets)) {
            if (oneSide(keys, "to", targets) && oneSide(keys, "from", from) && !from.isEmpty()) {
                across(keys, from, targets);
            }
        }
        return new RouteSettings(name, Set.copyOf(from), prefixes, times, to);
    }

    private static List<String> words(Section keys, String key, String form, String without) {
        return keys.text(key, form, "without the key " + without, text -> Optional.of(List.of(text.split("[ ,]+"))))
                .orElse(List.of());
    }

    private static Optional<List<List<Target>>> steps(String text) {
        List<List<Target>> steps = new ArrayList<>();
        for (String step : text.split(",", -1)) {
            List<Target> targets = new ArrayList<>();
            for (String word : step.strip().split(" +")) {
                Matcher target = TARGET.matcher(word);
                if (!target.matches()) {
                    return Optional.empty();
                }
                int weight = target.group(2) == null ? 1 : Integer.parseInt(target.group(2));
                if (weight == 0) {
                    return Optional.empty();
                }
                targets.add(new Target(target.group(1), weight));
            }
            steps.add(targets);
        }
        return Optional.of(steps);
    }

    private boolean known(Section keys, String key, List<String> names) {
        boolean all = true;
        for (String name : names) {
            if (!trunks.contains(name) && !agents.contains(name)) {
                Set<String> known = new LinkedHashSet<>(trunks);
                known.addAll(agents);
                keys.problem(
                        key,
                        " names " + Section.quoted(name) + ", which is no peer; "
                                + Nearest.of(name, known)
                                        .map(near -> "did you mean " + near + "?")
                                        .orElse("known are " + String.join(", ", known)));
                all = false;
            }
        }
        return all;
    }

    private boolean oneSide(Section keys, String key, List<String> names) {
        boolean one = trunks.containsAll(names) || agents.containsAll(names);
        if (!one) {
            keys.problem(key, " names trunks and agents' peers; a route leads from the one side to the other");
        }
        return one;
    }

    private void across(Section keys, List<String> from, List<String> targets) {
        if (trunks.containsAll(from) == trunks.containsAll(targets)) {
            keys.problem("to", " is on the side of from; a route leads from trunks to agents' peers, or back");
        }
    }

    private static Optional<RouteSettings.Times> times(Section keys) {
        Optional<Set<DayOfWeek>> days = keys.text(
                "days", "mon to sun, with spaces or - between", "without the key it is every day", RouteReader::days);
        Optional<List<LocalTime>> hours = keys.text(
                "hours",
                "hh:mm-hh:mm",
                "write such as 08:00-18:00, or 18:00-08:00 over midnight; without the key it is all day",
                RouteReader::hours);
        Optional<ZoneId> zone = keys.text(
                "zone", "a time zone", "write such as Europe/Berlin; without the key it is UTC", RouteReader::zone);
        if (days.isEmpty() && hours.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new RouteSettings.Times(
                days.orElse(EnumSet.allOf(DayOfWeek.class)),
                hours.map(List::getFirst).orElse(MIDNIGHT),
                hours.map(List::getLast).orElse(MIDNIGHT),
                zone.orElse(ZoneId.of("UTC"))));
    }

    private static Optional<Set<DayOfWeek>> days(String text) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (String word : text.split("[ ,]+")) {
            String[] ends = word.split("-", -1);
            Optional<DayOfWeek> first = day(ends[0]);
            Optional<DayOfWeek> last = day(ends[ends.length - 1]);
            if (ends.length > 2 || first.isEmpty() || last.isEmpty()) {
                return Optional.empty();
            }
            DayOfWeek day = first.get();
            days.add(day);
            while (day != last.get()) { // fri-mon goes over the week's end
                day = day.plus(1);
                days.add(day);
            }
        }
        return Optional.of(days);
    }

    private static Optional<DayOfWeek> day(String text) {
        return Arrays.stream(DayOfWeek.values())
                .filter(day -> day.name().substring(0, 3).equals(text.toUpperCase(Locale.ROOT)))
                .findFirst();
    }

    private static Optional<List<LocalTime>> hours(String text) {
        Matcher form = HOURS.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        try {
            LocalTime first = LocalTime.parse(form.group(1));
            LocalTime end = form.group(2).equals("24:00") ? MIDNIGHT : LocalTime.parse(form.group(2));
            return first.equals(end) ? Optional.empty() : Optional.of(List.of(first, end));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<ZoneId> zone(String text) {
        try {
            return Optional.of(ZoneId.of(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
