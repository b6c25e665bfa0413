package sotto.proxy.app;

import java.util.Optional;
import picocli.CommandLine;

/** What {@code --version} tells. */
final class Version implements CommandLine.IVersionProvider {
    /** From the jar's manifest; outside of a jar there is none. */
    static String text() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    @Override
    public String[] getVersion() {
        return new String[] {"sotto " + text() + ", Java " + Runtime.version()};
    }
}
