package sotto.proxy.sipp;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The end of docs/rfc.md: which scenarios show each row of its table, and what each of them shows. Stateless.
 *
 * <p>A rule of a scenario, such as {@code 3261 §9}, is of the row with that RFC and that section.
 */
public final class ScenarioTables {
    /** Where they begin; they go on to the end of the file. */
    public static final String HEADING = "## Scenarios";

    private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d{4}) \\| ([^|]*?) ?\\|");
    private static final Pattern SECTION = Pattern.compile("§[0-9.]*[0-9]");

    private ScenarioTables() {}

    /**
     * Writes them.
     *
     * @param table the file up to {@link #HEADING}
     * @throws IllegalArgumentException for a name that two have, and for a rule that no row of the table is about
     */
    public static String of(String table, List<Row> scenarios) {
        StringBuilder text = new StringBuilder(HEADING)
                .append("\n\nSIPp on every side of the real program, each message checked; none may tell one side who")
                .append(" the other is. ScenariosTest plays them.\n\n")
                .append("| RFC | section | scenarios |\n|---|---|---|\n");
        Set<String> shown = new TreeSet<>();
        for (MatchResult row : ROW.matcher(table).results().toList()) {
            List<String> rules = rules(row.group(1), row.group(2));
            shown.addAll(rules);
            String names = scenarios.stream()
                    .filter(scenario -> scenario.rules().stream().anyMatch(rules::contains))
                    .map(scenario -> "`" + scenario.name() + "`")
                    .collect(Collectors.joining(", "));
            if (!names.isEmpty()) {
                text.append("| %s | %s | %s |\n".formatted(row.group(1), row.group(2), names));
            }
        }
        text.append("\n| scenario | what it shows |\n|---|---|\n");
        Set<String> names = new TreeSet<>();
        for (Row scenario : scenarios) {
            if (!names.add(scenario.name())) {
                throw new IllegalArgumentException("two scenarios are called " + scenario.name());
            }
            if (!shown.containsAll(scenario.rules())) {
                throw new IllegalArgumentException(
                        scenario.name() + ": no row of docs/rfc.md is about each of " + scenario.rules());
            }
            text.append("| `%s` | %s |\n".formatted(scenario.name(), scenario.shows()));
        }
        return text.toString();
    }

    private static List<String> rules(String rfc, String sections) {
        List<String> rules = new ArrayList<>();
        SECTION.matcher(sections).results().forEach(section -> rules.add(rfc + " " + section.group()));
        return rules.isEmpty() ? List.of(rfc) : rules;
    }
}
