package sotto.pci.psp;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * One HTTP request.
 *
 * @param method such as {@code POST}
 * @param uri absolute; user and fragment are not sent
 * @param headers without Host, Connection, Accept-Encoding and Content-Length, which are made here
 * @param body the one place where a digit may be
 */
public record SecretRequest(String method, URI uri, Map<String, String> headers, Optional<SecretBody> body) {
    public SecretRequest {
        SecretHttp.checkUrl(uri);
        headers.forEach(SecretRequest::checkHeader);
        headers = Map.copyOf(headers);
    }

    /** Request line and header section, RFC 9112 §3 and §5. */
    byte[] head() {
        StringBuilder head = new StringBuilder(512);
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        head.append(method).append(' ').append(path);
        if (uri.getRawQuery() != null) {
            head.append('?').append(uri.getRawQuery());
        }
        head.append(" HTTP/1.1\r\nHost: ").append(uri.getHost());
        if (uri.getPort() != -1) {
            head.append(':').append(uri.getPort());
        }
        head.append("\r\nConnection: close\r\nAccept-Encoding: identity\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        if (!method.equals("GET")) {
            head.append("Content-Length: ")
                    .append(body.map(SecretBody::lengthBytes).orElse(0))
                    .append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void checkHeader(String name, String value) {
        if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7F)) { // it would start a header of its own
            throw new IllegalArgumentException("header " + name + " has a control character");
        }
    }
}
