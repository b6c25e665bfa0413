package sotto.perf;

/** Who runs where. Constants. */
final class Cores {
    static final String PROGRAM = "0";
    static final String GENERATOR = "1";

    private static final boolean TWO = Runtime.getRuntime().availableProcessors() > 1; // before anything is pinned

    private Cores() {}

    static boolean areTwo() {
        return TWO;
    }
}
