package sotto.perf.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What else the machine did during a measurement. Where others took much of it, delays and losses are theirs as well, and
 * the result says so. One thread.
 */
public final class Machine {
    private static final double TICKS_A_SECOND = 100; // USER_HZ, fixed in Linux's interface
    private static final double MUCH = 0.1; // of a core
    private static final int IDLE = 3; // columns of the cpu line, proc(5)
    private static final int STEAL = 7;

    private final long[] pids;
    private final double othersBefore;
    private final long startNs = System.nanoTime();

    /**
     * Begins to watch.
     *
     * @param pids of what is measured: their time, and that of this process, is not others'
     */
    public Machine(long... pids) throws IOException {
        this.pids = pids.clone();
        this.othersBefore = othersSeconds();
    }

    /** What others took since the start, in cores. */
    public double othersShare() throws IOException {
        double seconds = (System.nanoTime() - startNs) / 1e9;
        return Math.max(0, (othersSeconds() - othersBefore) / seconds); // two ways of counting may differ a bit
    }

    /** Adds what was seen since the start to a result. */
    public void report(Result result) throws IOException {
        double share = othersShare();
        result.row(
                        "other work",
                        String.format(Locale.ROOT, "%.0f %%", 100 * share),
                        share > MUCH
                                ? "of a core, on " + Cores.count()
                                        + ": the machine was busy, times and losses are its too"
                                : "of a core: the machine was quiet")
                .key("othersCpuShare", share);
    }

    private double othersSeconds() throws IOException {
        String[] ticks = Files.readString(Path.of("/proc/stat"))
                .lines()
                .findFirst()
                .orElseThrow()
                .split(" +");
        double busy = 0;
        for (int column = 0; column <= STEAL; column++) {
            boolean idles = column == IDLE || column == IDLE + 1; // idle, iowait
            busy += idles ? 0 : Long.parseLong(ticks[column + 1]);
        }
        double ours = cpuSeconds(ProcessHandle.current().pid());
        for (long pid : pids) {
            ours += cpuSeconds(pid);
        }
        return busy / TICKS_A_SECOND - ours;
    }

    /** Processor, kernel and Java, in a line. */
    public static String description() {
        return processor() + ", Linux " + System.getProperty("os.version") + ", Java " + Runtime.version();
    }

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** Memory of a process that is in RAM, octets (VmRSS of proc(5)). */
    public static long residentBytes(long pid) throws IOException {
        String line = Files.readString(Path.of("/proc", Long.toString(pid), "status"))
                .lines()
                .filter(each -> each.startsWith("VmRSS:"))
                .findFirst()
                .orElseThrow(() -> new IOException("process " + pid + " has no VmRSS"));
        return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
    }

    /** CPU time that a process has used, user and system. */
    public static double cpuSeconds(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" "); // proc(5): the name may hold spaces
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_A_SECOND;
    }
}
