@NullMarked
package sotto.media.worker;

import org.jspecify.annotations.NullMarked;
