@NullMarked
package sotto.proxy.sdp;

import org.jspecify.annotations.NullMarked;
