package sotto.proxy.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this machine calls itself; asks no name server where the kernel tells. */
final class HostName {
    private static final Path OF_THE_KERNEL = Path.of("/proc/sys/kernel/hostname");

    private HostName() {}

    static String text() {
        try {
            return Files.readString(OF_THE_KERNEL).strip();
        } catch (IOException notLinux) {
            return asked();
        }
    }

    private static String asked() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }
}
