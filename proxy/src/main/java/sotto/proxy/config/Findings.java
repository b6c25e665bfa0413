package sotto.proxy.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What is wrong with a configuration, and what is only unwise; filled while one file is read, by one thread. */
final class Findings {
    private record Line(int number, String text) {
        @Override
        public String toString() {
            return number == 0 ? text : "line " + number + ": " + text;
        }
    }

    private final List<Line> problems = new ArrayList<>();
    private final List<Line> warnings = new ArrayList<>();
    private final Set<String> broken = new HashSet<>();

    /**
     * Notes a problem.
     *
     * @param line where in the file, from 1; 0 for what is not in it
     * @param key whole path of the key
     * @param text value, rule and remedy, to be read after the key
     */
    void problem(int line, String key, String text) {
        broken.add(key);
        Line found = new Line(line, key + text);
        if (!problems.contains(found)) { // a section may be looked at twice
            problems.add(found);
        }
    }

    /** Notes what works but should not stay. */
    void warning(int line, String key, String text) {
        warnings.add(new Line(line, key + text));
    }

    /** True where none of these keys has a problem, so that they may be compared with each other. */
    boolean fine(String... keys) {
        return broken.stream().noneMatch(Set.of(keys)::contains);
    }

    /** True where no key of that section, at any depth, has a problem. */
    boolean fineBelow(String section) {
        return broken.stream().noneMatch(key -> key.startsWith(section + "."));
    }

    /** In the order of the file; what is missing from it first. */
    List<String> problems() {
        return inOrder(problems);
    }

    List<String> warnings() {
        return inOrder(warnings);
    }

    private static List<String> inOrder(List<Line> lines) {
        return lines.stream()
                .sorted(Comparator.comparingInt(Line::number))
                .map(Line::toString)
                .toList();
    }
}
