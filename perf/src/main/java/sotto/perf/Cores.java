package sotto.perf;

/** Who runs where. Constants. */
final class Cores {
    static final String PROGRAM = "0";
    static final String GENERATOR = "1";

    private static final int COUNT = Runtime.getRuntime().availableProcessors(); // before anything is pinned

    private Cores() {}

    static boolean areTwo() {
        return COUNT > 1;
    }

    static int count() {
        return COUNT;
    }
}
