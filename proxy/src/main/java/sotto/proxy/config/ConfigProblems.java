package sotto.proxy.config;

import java.util.List;

/** Everything that is wrong with a configuration: each line names key, value, rule and remedy. */
public final class ConfigProblems extends Exception {
    private static final long serialVersionUID = 1L;

    private final String[] problems;

    public ConfigProblems(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = problems.toArray(String[]::new);
    }

    public List<String> problems() {
        return List.of(problems);
    }
}
