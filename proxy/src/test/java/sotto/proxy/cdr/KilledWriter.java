package sotto.proxy.cdr;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Writes records from several threads until it is killed, and says of each when it is written: a process of its own. */
final class KilledWriter {
    private static final int THREADS = 4;

    private KilledWriter() {}

    /**
     * Writes for ever.
     *
     * @param arguments directory, number of the first record
     */
    public static void main(String[] arguments) throws IOException {
        Cdrs cdrs = Cdrs.open(new CdrSettings(Path.of(arguments[0]), Duration.ofDays(3650), "test"));
        AtomicInteger next = new AtomicInteger(Integer.parseInt(arguments[1]));
        OutputStream told = System.out; // unbuffered lines: what is out is out
        for (int i = 0; i < THREADS; i++) {
            Thread.ofPlatform().start(() -> {
                while (true) {
                    int number = next.getAndIncrement();
                    cdrs.ended(SampleCalls.ended(number), List.of());
                    try {
                        told.write((number + "\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                        told.flush();
                    } catch (IOException e) {
                        return; // nobody listens any more
                    }
                }
            });
        }
    }
}
