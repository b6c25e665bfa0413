package sotto.proxy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * SIPp as the registrar of a PBX, for one registration: asks for a digest, checks it, answers, and logs the user part of
 * the Contact that it was told, by which it may call. The user is 1001, the password sesame.
 */
final class RegistrarScenario {
    private static final String ANSWER =
            """
            <send><![CDATA[
            SIP/2.0 %s
            [last_Via:]
            [last_From:]
            [last_To:];tag=pbx[call_number]
            [last_Call-ID:]
            [last_CSeq:]
            %s
            Content-Length: 0

            ]]></send>
            """;

    private static final String XML = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<scenario name=\"pbx\">\n"
            + "<recv request=\"REGISTER\"/>\n"
            + ANSWER.formatted(
                    "401 Unauthorized",
                    "WWW-Authenticate: Digest realm=\"pbx.example\", nonce=\"a7c3\", algorithm=MD5, qop=\"auth\"")
            + """
            <recv request="REGISTER">
              <action>
                <verifyauth assign_to="right" username="1001" password="sesame"/>
                <ereg regexp="sx[a-p]+" search_in="hdr" header="Contact:" check_it="true" assign_to="token"/>
                <log message="token=[$token]"/>
              </action>
            </recv>
            <nop test="right" next="right"/>
            """
            + ANSWER.formatted("403 Wrong Credentials", "Expires: 0")
            + "<label id=\"right\"/>"
            + ANSWER.formatted("200 OK", "Contact: <sip:[$token]@127.0.0.1>;expires=300")
            + "</scenario>";

    private RegistrarScenario() {}

    /** Starts it; it ends after the registration. */
    static Sipp start(Path directory, int port) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("-i", "127.0.0.1", "-p", Integer.toString(port), "-m", "1"));
        arguments.addAll(List.of(
                "-timeout", "60s", "-trace_logs", "-log_file", log(directory).toString()));
        return Sipp.start(directory, "registrar", XML, arguments);
    }

    private static Path log(Path directory) {
        return directory.resolve("registrar.log");
    }

    /** What it is to call, once it has ended. */
    static String token(Path directory) throws IOException {
        String token = Files.readString(log(directory)).replaceAll("(?s).*token=(sx[a-p]+).*", "$1");
        assertThat(token).matches("sx[a-p]{32}");
        return token;
    }
}
