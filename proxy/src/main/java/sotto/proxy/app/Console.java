package sotto.proxy.app;

import java.io.PrintStream;

/** What the program says to the person who started it. Events go to a Logger. */
final class Console {
    private Console() {}

    /** A result, to standard output. */
    static void say(String line) {
        PrintStream out = System.out;
        out.println(line);
        out.flush();
    }

    /** What went wrong, to standard error. */
    static void complain(String line) {
        PrintStream err = System.err;
        err.println(DigitGuard.clean(line));
    }
}
