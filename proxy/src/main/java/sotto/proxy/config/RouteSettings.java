package sotto.proxy.config;

import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A rule that says where a call goes.
 *
 * @param name for logs and the API
 * @param from names of the peers whose calls it is for; all of the other side where empty
 * @param prefixes beginnings of the called number it is for; all where empty
 * @param times when it is for; always where empty
 * @param to steps in the order in which they are tried: the cheapest first
 */
public record RouteSettings(
        String name, Set<String> from, List<String> prefixes, Optional<Times> times, List<List<Target>> to) {
    public RouteSettings {
        from = Set.copyOf(from);
        prefixes = List.copyOf(prefixes);
        to = to.stream().map(List::copyOf).toList();
    }

    /**
     * One of those that share the calls of a step.
     *
     * @param weight share of the calls that try it first, against the weights beside it
     */
    public record Target(String peer, int weight) {}

    /**
     * Hours of some days.
     *
     * @param days of the week, as they are where the clock is
     * @param first first minute
     * @param end first minute that is not in it any more; before {@code first} where it spans midnight, and then the day is
     *     the one on which it began
     * @param zone where the clock is
     */
    public record Times(Set<DayOfWeek> days, LocalTime first, LocalTime end, ZoneId zone) {
        public Times {
            days = Set.copyOf(days);
        }

        /** True where that moment is in it. */
        public boolean holds(ZonedDateTime moment) {
            ZonedDateTime there = moment.withZoneSameInstant(zone);
            LocalTime time = there.toLocalTime();
            if (first.isBefore(end)) {
                return days.contains(there.getDayOfWeek()) && !time.isBefore(first) && time.isBefore(end);
            }
            DayOfWeek today = there.getDayOfWeek();
            return (!time.isBefore(first) && days.contains(today))
                    || (time.isBefore(end) && days.contains(today.minus(1)));
        }
    }
}
