package sotto.perf.run;

/** Who runs where. Constants. */
public final class Cores {
    public static final String PROGRAM = "0";
    public static final String GENERATOR = "1";

    private static final int COUNT = Runtime.getRuntime().availableProcessors(); // before anything is pinned

    private Cores() {}

    public static boolean areTwo() {
        return COUNT > 1;
    }

    public static int count() {
        return COUNT;
    }
}
