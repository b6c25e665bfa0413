package sotto.proxy.demo;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** What the demonstration prints, and what it found wrong. One thread. */
final class Report {
    private final PrintStream out;
    private final long startNs = System.nanoTime();
    private final List<String> failures = new ArrayList<>();

    Report(PrintStream out) {
        this.out = out;
    }

    /** A line under a heading; the heading is empty where the line goes on under the one before. */
    void line(String heading, String text) {
        out.println(heading(heading) + text);
    }

    /** Begins a line that {@link #more} goes on with. */
    void begin(String heading) {
        out.print(heading(heading));
        out.flush();
    }

    void more(String text) {
        out.print(text);
        out.flush();
    }

    void end(String text) {
        out.println(text);
    }

    /** Notes what was expected, where it is not so. */
    boolean check(boolean holds, String expected) {
        if (!holds) {
            failures.add(expected);
        }
        return holds;
    }

    /** Last lines, and the exit code. */
    int finish() {
        line("time", String.format("%.1f s", (System.nanoTime() - startNs) / 1e9));
        out.println();
        failures.forEach(failure -> out.println("FAILED    expected " + failure));
        if (failures.isEmpty()) {
            out.println("PASSED    the caller paid, and the agent's side got no digit");
        }
        return failures.isEmpty() ? 0 : 1;
    }

    private static String heading(String text) {
        return String.format("%-10s", text);
    }
}
